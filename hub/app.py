"""The web application: every page of the hub, put together."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from feeds.advisories import draft_views as drafts
from feeds.advisories import finder_views as finders
from feeds.advisories import import_views as imports
from feeds.advisories import leak_views as leaks
from feeds.advisories import matter_views as matters
from feeds.advisories import releasing_views as releasing
from feeds.advisories import unsaved_views as unsaved
from feeds.advisories import views as advisories
from feeds.board import views as board
from feeds.collections import machines
from feeds.collections import views as clients
from feeds.delivery import pack_views as pack
from feeds.delivery import preview_views as previews
from feeds.destructions import views as destructions
from feeds.dissemination import certificate_views as member_certificates
from feeds.dissemination import receipt_views as member_receipts
from feeds.dissemination import views as kit
from feeds.drills import views as drills
from feeds.figures import views as figures
from feeds.incidents import views as incidents
from feeds.mailrules import views as mailrules
from feeds.operation import views as operation
from feeds.problems import views as problems
from feeds.products import views as products
from feeds.questions import views as questions
from feeds.receipts import views as notices
from feeds.reminders import views as reminders
from feeds.signers import views as signers
from feeds.surveys import member_views as members
from feeds.surveys import result_views as survey_results
from feeds.surveys import version_views as questionnaires
from feeds.surveys import views as surveys
from hub.core.config import Config
from hub.core.errors import ConfigurationError
from hub.core.instance import Instance, open_instance, read_secret
from hub.health import views as health
from hub.health.exposition import beside
from hub.home import outbox_views, people_views, staff_views
from hub.home import views as home
from hub.home.navigation import install_navigation
from hub.retention import views as retention
from hub.trail import body_views as own_log
from hub.trail import views as log
from hub.web import step_up
from hub.web.access import guard
from hub.web.account import authenticator_views, passkey_views, password_views, recovery_views, session_views
from hub.web.errors import install_errors
from hub.web.headers import install_headers
from hub.web.intake import install_intake
from hub.web.language import install_language
from hub.web.login import install_login
from hub.web.look import install_look
from hub.web.rates import install_rates
from hub.web.reading import install_reading
from hub.web.scanning import install_scanning
from hub.web.wiring import wire
from nda.agreements import renewal_views as renewals
from nda.agreements import views as agreements
from sectors.announcements import views as announcements
from sectors.applications import review_views as review
from sectors.applications import views as applications
from sectors.bodies import views as bodies
from sectors.catalogue import views as catalogue
from sectors.certificates import hub_views as hub_certificate
from sectors.certificates import views as certificates
from sectors.filling import scheme_views as scheme
from sectors.filling import views as filling
from sectors.openings import views as openings
from sectors.telephones import views as telephones
from sectors.upkeep import roster_views as roster
from sectors.upkeep import views as upkeep

LARGEST_REQUEST = 60 * 1024 * 1024  # bytes: five attachments of 10 MB and the form around them
SHORTEST_SECRET = 32  # bytes
OLDER_KEY = "session-key.previous"  # the one before, until the sessions that it signed are over

PAGES = [
    health.bp,
    home.bp,
    step_up.bp,
    session_views.bp,
    passkey_views.bp,
    password_views.bp,
    authenticator_views.bp,
    recovery_views.bp,
    people_views.bp,
    staff_views.bp,
    log.bp,
    retention.bp,
    own_log.bp,
    outbox_views.bp,
    applications.bp,
    catalogue.bp,
    scheme.bp,
    announcements.bp,
    filling.bp,
    review.bp,
    bodies.bp,
    certificates.bp,
    hub_certificate.bp,
    telephones.bp,
    openings.bp,
    upkeep.bp,
    roster.bp,
    agreements.bp,
    renewals.bp,
    advisories.bp,
    drafts.bp,
    imports.bp,
    unsaved.bp,
    releasing.bp,
    previews.bp,
    pack.bp,
    matters.bp,
    leaks.bp,
    finders.bp,
    signers.bp,
    drills.bp,
    notices.bp,
    kit.bp,
    member_certificates.bp,
    member_receipts.bp,
    questions.bp,
    surveys.bp,
    members.bp,
    questionnaires.bp,
    survey_results.bp,
    products.bp,
    incidents.bp,
    mailrules.bp,
    reminders.bp,
    board.bp,
    figures.bp,
    clients.bp,
    operation.bp,
    problems.bp,
    destructions.bp,
]


def create_app(config: Config) -> Flask:
    """Open the instance and return its web application.

    Raises:
        ConfigurationError: a secret is missing, weak or readable by others.

    """
    hub = open_instance(config, statement=config.pool.page)
    older = [read_secret(config, OLDER_KEY)] if (config.secrets / OLDER_KEY).exists() else []
    return build_app(hub, secret_key=read_secret(config, "session-key"), older_keys=older)


def build_app(hub: Instance, *, secret_key: bytes, older_keys: Sequence[bytes] = ()) -> Flask:
    """Return the web application of an opened instance; cookies that an older key signed are read, too."""
    if any(len(key) < SHORTEST_SECRET for key in (secret_key, *older_keys)):
        raise ConfigurationError("the session key must have 32 bytes or more")
    app = Flask("hub", static_folder="web/static", template_folder="web/templates")
    app.config.update(
        _settings(hub.config), SECRET_KEY=secret_key, SECRET_KEY_FALLBACKS=list(older_keys) or None
    )
    wire(app, hub)
    install_headers(app, https=hub.config.https)
    install_scanning(app, hub.config.scanner)
    install_errors(app)
    install_intake(app)
    install_reading(app)
    install_language(app)
    install_look(app)
    install_login(app)
    install_rates(app, storage=hub.config.rate_storage)
    CSRFProtect(app)
    install_navigation(app)
    for page in PAGES:
        app.register_blueprint(page)
    guard(app)
    machines.install_taxii(app, hub, _limits(hub.config))
    if hub.config.proxy_hops:
        hops = hub.config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign] # Flask's documented way
    if hub.config.metrics:
        app.wsgi_app = beside(app.wsgi_app, hub, port=hub.config.metrics[1])  # type: ignore[assignment,method-assign] # likewise
    return app


def _limits(config: Config) -> dict[str, object]:
    return {
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "TRUSTED_HOSTS": list(config.trusted_hosts) or None,
    }


def _settings(config: Config) -> dict[str, object]:
    return _limits(config) | {
        "SESSION_COOKIE_NAME": "__Host-hub" if config.https else "hub",
        "SESSION_COOKIE_SECURE": config.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session, which has limits of its own
        "WTF_CSRF_SSL_STRICT": False,  # pages send no referrer, by our own Referrer-Policy
        # messages: extracted from pages and forms; sentences: of the layers below, which know no gettext
        "BABEL_DOMAIN": "messages;sentences",
        "BABEL_TRANSLATION_DIRECTORIES": "translations;translations",
    }
