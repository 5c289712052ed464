"""The web application: every page of the hub, put together."""

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
from feeds.collections import views as clients
from feeds.delivery import preview_views as previews
from feeds.drills import views as drills
from feeds.incidents import views as incidents
from feeds.mailrules import views as mailrules
from feeds.operation import views as operation
from feeds.products import views as products
from feeds.questions import views as questions
from feeds.receipts import views as notices
from feeds.reminders import views as reminders
from feeds.signers import views as signers
from hub.core.config import Config
from hub.core.errors import ConfigurationError
from hub.core.instance import Instance, open_instance, read_secret
from hub.home import log_views, outbox_views, people_views
from hub.home import views as home
from hub.home.navigation import install_navigation
from hub.web import step_up
from hub.web.access import guard
from hub.web.account import passkey_views, recovery_views, session_views
from hub.web.errors import install_errors
from hub.web.headers import install_headers
from hub.web.intake import install_intake
from hub.web.language import install_language
from hub.web.login import install_login
from hub.web.look import install_look
from hub.web.rates import install_rates
from hub.web.wiring import wire
from nda.agreements import views as agreements
from sectors.applications import review_views as review
from sectors.applications import views as applications
from sectors.bodies import views as bodies
from sectors.certificates import hub_views as hub_certificate
from sectors.certificates import views as certificates
from sectors.telephones import views as telephones

LARGEST_REQUEST = 60 * 1024 * 1024  # bytes: five attachments of 10 MB and the form around them
SHORTEST_SECRET = 32  # bytes

PAGES = [
    home.bp,
    step_up.bp,
    session_views.bp,
    passkey_views.bp,
    recovery_views.bp,
    people_views.bp,
    log_views.bp,
    outbox_views.bp,
    applications.bp,
    review.bp,
    bodies.bp,
    certificates.bp,
    hub_certificate.bp,
    telephones.bp,
    agreements.bp,
    advisories.bp,
    drafts.bp,
    imports.bp,
    unsaved.bp,
    releasing.bp,
    previews.bp,
    matters.bp,
    leaks.bp,
    finders.bp,
    signers.bp,
    drills.bp,
    notices.bp,
    questions.bp,
    products.bp,
    incidents.bp,
    mailrules.bp,
    reminders.bp,
    board.bp,
    clients.bp,
    operation.bp,
]


def create_app(config: Config) -> Flask:
    """Open the instance and return its web application.

    Raises:
        ConfigurationError: a secret is missing, weak or readable by others.

    """
    return build_app(open_instance(config), secret_key=read_secret(config, "session-key"))


def build_app(hub: Instance, *, secret_key: bytes) -> Flask:
    """Return the web application of an opened instance."""
    if len(secret_key) < SHORTEST_SECRET:
        raise ConfigurationError("the session key must have 32 bytes or more")
    app = Flask("hub", static_folder="web/static", template_folder="web/templates")
    app.config.update(_settings(hub.config), SECRET_KEY=secret_key)
    wire(app, hub)
    install_headers(app, https=hub.config.https)
    install_errors(app)
    install_intake(app)
    install_language(app)
    install_look(app)
    install_login(app)
    install_rates(app, storage=hub.config.rate_storage)
    csrf = CSRFProtect(app)
    install_navigation(app)
    clients.install_taxii(app, hub, csrf)
    for page in PAGES:
        app.register_blueprint(page)
    guard(app)
    if hub.config.proxy_hops:
        hops = hub.config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign] # Flask's documented way
    return app


def _settings(config: Config) -> dict[str, object]:
    return {
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "TRUSTED_HOSTS": list(config.trusted_hosts) or None,
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
