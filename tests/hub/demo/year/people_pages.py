"""Pages about accounts and the own account."""

from collections.abc import Iterator

from sqlalchemy import orm

from feeds.matters import leaks
from feeds.surveys import finding
from hub.accounts import service as accounts
from hub.accounts.models import Account, Role
from hub.accounts.passkeys.models import Passkey
from hub.accounts.staff.models import StaffChange
from hub.accounts.states import State
from hub.core import outbox
from hub.core.two_people import WAITING
from sectors.applications.models import Application
from sectors.applications.states import State as ApplicationState
from tests.hub.demo.year.world import FIRST, STAFF, Visit, Year, account, body, count, day_text, every, page

TO_REVIEW = (ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW)
COORDINATOR = STAFF[Role.COORDINATOR]


@page("account.show")
def own_account(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for who in (*STAFF.values(), FIRST):
        yield Visit(who=who, sees=[who, account(session, who).name])


@page("account.sessions")
def own_sessions(year: Year, _session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=FIRST, sees=["現在のセッション", day_text(year.hub.clock())])


@page("passkeys.listed")
def own_passkeys(_year: Year, session: orm.Session) -> Iterator[Visit]:
    held = every(session, Passkey, Passkey.account_id == account(session, COORDINATOR).id)
    assert len(held) > 1
    yield Visit(who=Role.COORDINATOR, sees=[each.name for each in held])


@page("passkeys.remove")
def one_passkey(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Passkey, Passkey.account_id == account(session, COORDINATOR).id):
        yield Visit(who=Role.COORDINATOR, values={"passkey_id": each.id}, sees=[each.name])


@page("accounts.listed")
def every_account(_year: Year, session: orm.Session) -> Iterator[Visit]:
    people = every(session, Account)
    yield Visit(who=Role.ADMINISTRATOR, sees=[each.email for each in people], rows=len(people))


@page("accounts.change")
def one_account(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for email in (COORDINATOR, STAFF[Role.REVIEWER]):
        person = account(session, email)
        yield Visit(who=Role.ADMINISTRATOR, values={"account_id": person.id}, sees=[person.name])


@page("staff.listed")
def waiting_staff(_year: Year, session: orm.Session) -> Iterator[Visit]:
    waiting = every(session, StaffChange, StaffChange.state.in_(WAITING))
    for role in (Role.ADMINISTRATOR, Role.COORDINATOR):
        yield Visit(who=role, sees=[each.email for each in waiting])


@page("login.set_up")
def invited(year: Year, session: orm.Session) -> Iterator[Visit]:
    [person, *_] = every(session, Account, Account.state == State.INVITED)
    with year.hub.db.transaction() as writing:  # the link of the mail ran out days ago
        token = accounts.new_invitation(writing, person.id, key=year.hub.token_key, now=year.hub.clock())
    yield Visit(who=None, values={"token": token}, sees=[person.email])


@page("home.first")
def first_pages(year: Year, session: orm.Session) -> Iterator[Visit]:
    filed = count(session, Application, Application.state.in_(TO_REVIEW))
    asked = finding.waiting(session, body(session).id, now=year.hub.clock())
    waiting = {
        Role.COORDINATOR: [f"対応が決定されていない漏えい {leaks.undecided(session)} 件"],
        Role.REVIEWER: [f"申請を審査する {filed} 件"],
        Role.ADMINISTRATOR: [f"処理を断念した作業 {outbox.count_dead(session)} 件"],
        Role.AUDITOR: ["現在、対応が必要な事項はありません。"],
        FIRST: [f"アンケートに回答する {asked} 件" if asked else "対応が必要な事項"],
    }
    assert leaks.undecided(session)
    for who, sees in waiting.items():
        yield Visit(who=who, sees=sees)
