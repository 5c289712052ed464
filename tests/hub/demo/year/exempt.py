"""Pages that show nothing of what a year left: forms to begin something new, and fixed texts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from sqlalchemy import orm

from feeds.surveys.models import Questionnaire
from feeds.surveys.states import State
from hub.accounts.models import Role
from tests.hub.demo.year.joining_pages import filling
from tests.hub.demo.year.world import FIRST, Visit, Year, body, every


@dataclass(frozen=True, kw_only=True)
class Exempt:
    """Why a page has nothing to show, and how it is opened all the same."""

    because: str
    visit: Callable[[Year, orm.Session], Visit]
    answers: HTTPStatus = HTTPStatus.OK


def _as(who: Role | str | None, because: str, **values: str) -> Exempt:
    return Exempt(because=because, visit=lambda _year, _session: Visit(who=who, values=values))


NEW = "an empty form: what it makes is not there yet"
OWN = "a form about the own password or second factor, which no page shows"
FIXED = "a fixed text or file, the same in every hub"


def _discard(_year: Year, session: orm.Session) -> Visit:
    return Visit(who=filling(session)[0])


def _next_question(_year: Year, session: orm.Session) -> Visit:
    [draft] = every(session, Questionnaire, Questionnaire.state == State.DRAFT)
    return Visit(who=Role.REVIEWER, values={"version_id": draft.id})


def _next_member(_year: Year, session: orm.Session) -> Visit:
    return Visit(who=FIRST, values={"body_id": body(session).id})


LEADS_ON = "it shows nothing and leads to another page"
EXEMPT = {
    "filling.discard": Exempt(because="it asks whether, and shows nothing of the form", visit=_discard),
    "questionnaires.add": Exempt(because=NEW, visit=_next_question),
    "roster.new": Exempt(because=NEW, visit=_next_member),
    "bodies.mine": replace(_as(FIRST, LEADS_ON), answers=HTTPStatus.SEE_OTHER),
    "login.code": replace(_as(None, LEADS_ON), answers=HTTPStatus.SEE_OTHER),
    "language.choose": replace(_as(None, LEADS_ON, chosen="ja"), answers=HTTPStatus.SEE_OTHER),
    "announcements.record": _as(Role.REVIEWER, NEW),
    "applications.register": _as(None, NEW),
    "drafts.new": _as(Role.COORDINATOR, NEW),
    "imports.import_": _as(Role.COORDINATOR, NEW),
    "incidents.new": _as(FIRST, NEW),
    "openings.exception": _as(Role.COORDINATOR, NEW),
    "openings.takeover": _as(Role.COORDINATOR, NEW),
    "sectors.add": _as(Role.COORDINATOR, NEW),
    "sectors.add_edition": _as(Role.COORDINATOR, NEW),
    "authenticator.change": _as(FIRST, OWN),
    "passkeys.add": _as(FIRST, OWN),
    "password.change": _as(FIRST, OWN),
    "recovery.show": _as(FIRST, OWN),
    "login.sign_in": _as(None, OWN),
    "step_up.ask": _as(FIRST, OWN),
    "scheme.about": _as(None, FIXED),
    "scheme.blank_form": _as(None, FIXED),
    "scheme.roster_template": _as(None, FIXED),
    "products.template": _as(FIRST, FIXED),
    "member_receipts.thanks": _as(None, FIXED),
    "health.lives": _as(None, FIXED),
    "hub_certificate.policy": _as(None, FIXED),
    "mailrules.shown": _as(FIRST, FIXED),
    "mailrules.sieve_file": _as(FIRST, FIXED),
    "mailrules.thunderbird_file": _as(FIRST, FIXED),
}
