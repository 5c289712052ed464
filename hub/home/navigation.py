"""The links at the top of every page, by role."""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_login import current_user

from hub.accounts.models import Role
from hub.web.wiring import now


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of the navigation."""

    text: str
    href: str
    current: bool


LINKS: dict[Role, list[tuple[LazyString, str]]] = {
    Role.APPLICANT: [
        (_l("Application"), "applications.mine"),
        (_l("Agreement"), "agreements.listed"),
    ],
    Role.CONTACT: [
        (_l("Notices"), "notices.received"),
        (_l("Figures"), "figures.ours"),
        (_l("Questionnaires"), "surveys.ours"),
        (_l("Our body"), "bodies.mine"),
        (_l("Certificates"), "certificates.mine"),
        (_l("TAXII clients"), "clients.mine"),
        (_l("Agreement"), "agreements.listed"),
        (_l("Our audit log"), "own_log.show"),
    ],
    Role.REVIEWER: [
        (_l("Formal review"), "review.queue"),
        (_l("Agreements"), "agreements.listed"),
        (_l("Consultations"), "advisories.index"),
        (_l("Reports"), "incidents.listed"),
        (_l("Announcements"), "announcements.listed"),
        (_l("Figures"), "figures.everybody"),
        (_l("Questionnaires"), "survey_results.listed"),
        (_l("Signing passkeys"), "signers.listed"),
    ],
    Role.COORDINATOR: [
        (_l("Advisories"), "advisories.index"),
        (_l("Agreements"), "agreements.listed"),
        (_l("Bodies"), "bodies.listed"),
        (_l("Confirm certificates"), "certificates.waiting"),
        (_l("Delivery"), "delivery.board"),
        (_l("Figures"), "figures.everybody"),
        (_l("Questions"), "questions.listed"),
        (_l("Questionnaires"), "survey_results.listed"),
        (_l("Reports"), "incidents.listed"),
        (_l("Signing passkeys"), "signers.listed"),
        (_l("Drills"), "drills.listed"),
        (_l("Sectors"), "sectors.listed"),
    ],
    Role.AUDITOR: [(_l("Audit log"), "log.entries"), (_l("Retention and destruction"), "retention.listed")],
    Role.ADMINISTRATOR: [
        (_l("Accounts"), "accounts.listed"),
        (_l("Work that was given up"), "outbox.listed"),
    ],
}


def install_navigation(app: Flask) -> None:
    """Hand the links to every template."""
    app.context_processor(_frame)


def _frame() -> dict[str, object]:
    return {
        "navigation": links(),
        "home_href": url_for("home.first"),
        "account_href": url_for("account.show"),
        "operator": "JPCERT/CC",
        "shown_at": now(),
        "footer_links": [
            _link(_("About the scheme"), "scheme.about"),
            _link(_("The hub's certificate"), "hub_certificate.page"),
        ],
    }


def links() -> list[Link]:
    """Return the links of the person who is signed in, or of a visitor."""
    if not current_user.is_authenticated:
        return [
            _link(_("About the scheme"), "scheme.about"),
            _link(_("Apply"), "applications.register"),
            _link(_("Sign in"), "login.sign_in"),
        ]
    return [_link(str(text), endpoint) for text, endpoint in LINKS[current_user.role]]


def _link(text: str, endpoint: str) -> Link:
    href = url_for(endpoint)
    return Link(text=text, href=href, current=request.path.startswith(href))
