"""Pages about what was provided: notices at bodies, receipts, questions, reports, reminders, passing on."""

from collections.abc import Iterator

from sqlalchemy import orm

from feeds.advisories.models import Advisory, Release
from feeds.board import queries as board
from feeds.delivery import bounces
from feeds.delivery.models import Mailing
from feeds.delivery.states import State as DeliveryState
from feeds.dissemination import at_rest as packages_at_rest
from feeds.dissemination.making import LINK_LIFE
from feeds.dissemination.models import MemberPackage
from feeds.dissemination.states import State as PackageState
from feeds.incidents import queries as incidents
from feeds.incidents.models import Incident
from feeds.questions.models import Question
from feeds.reminders import queries as reminders
from feeds.reminders.models import Call
from hub.accounts.models import Role
from sectors.bodies.models import Body, MemberOperator
from tests.hub.demo.year.world import FIRST, SECOND, Visit, Year, body, every, page, released_to


def tracking_id(session: orm.Session, release_id: object) -> str:
    """Return the number of a release's matter."""
    return session.get_one(Advisory, session.get_one(Release, release_id).advisory_id).matter.tracking_id


def received(session: orm.Session, who: str = FIRST) -> dict[str, Release]:
    """Return what was addressed to a body, by its number: the newest revision of each."""
    found: dict[str, Release] = {}
    for advisory, release in released_to(session, body(session, who)):
        found.setdefault(advisory.matter.tracking_id, release)
    assert found
    return found


@page("delivery.board")
def board_page(year: Year, session: orm.Session) -> Iterator[Visit]:
    lines = board.board(session, board.Filters(), page=1, now=year.hub.clock())
    sees = [word for each in lines.rows for word in (each.tracking_id, each.body.name_ja)]
    yield Visit(who=Role.COORDINATOR, sees=sees, rows=len(lines.rows))


@page("delivery.detail")
def detail(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Body):
        for advisory, release in released_to(session, each):
            values = {"release_id": release.id, "body_id": each.id}
            yield Visit(who=Role.COORDINATOR, values=values, sees=[advisory.matter.tracking_id, each.name_ja])
    for lost in every(session, Mailing, Mailing.state == DeliveryState.REFUSED):
        [(_, name)] = bounces.returned(session, lost.release_id, lost.body_id)
        values = {"release_id": lost.release_id, "body_id": lost.body_id}
        yield Visit(who=Role.COORDINATOR, values=values, sees=[name])


@page("notices.received")
def notices(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for who in (FIRST, SECOND):
        yield Visit(who=who, sees=list(received(session, who)))


@page("notices.ladder")
def ladder(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for who in (FIRST, SECOND):
        yield Visit(who=who, sees=list(received(session, who)))


@page("notices.notice", "notices.publication_file")
def notice(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in received(session):
        yield Visit(who=FIRST, values={"tracking_id": each}, sees=[each])


@page("notices.stix_bundle")
def stix(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in received(session):
        yield Visit(who=FIRST, values={"tracking_id": each}, sees=['"type":"bundle"', each])


@page("questions.listed")
def questions(_year: Year, session: orm.Session) -> Iterator[Visit]:
    asked = every(session, Question)
    sees = [tracking_id(session, each.release_id) for each in asked]
    yield Visit(who=Role.COORDINATOR, sees=sees, rows=len(asked))


@page("questions.question")
def question(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Question):
        sees = [tracking_id(session, each.release_id), session.get_one(Body, each.body_id).name_ja]
        yield Visit(who=Role.COORDINATOR, values={"question_id": each.id}, sees=sees)


@page("incidents.listed")
def reports(_year: Year, session: orm.Session) -> Iterator[Visit]:
    told = every(session, Incident)
    sees = [session.get_one(Body, each.body_id).name_ja for each in told]
    for role in (Role.COORDINATOR, Role.REVIEWER):
        yield Visit(who=role, sees=sees, rows=len(told))


@page("incidents.incident")
def report(year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Incident):
        notes = incidents.notes(session, each.id, vault=year.hub.vault)
        sees = [incidents.text_of(each, vault=year.hub.vault), *(one.text for one in notes)]
        for role in (Role.COORDINATOR, Role.REVIEWER):
            yield Visit(who=role, values={"incident_id": each.id}, sees=sees)


@page("incidents.ours")
def own_reports(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for who in (FIRST, SECOND):
        told = incidents.of_body(session, body(session, who).id)
        yield Visit(who=who, rows=len(told), sees=[f"{each.reported_at:%Y}" for each in told])


@page("reminders.call_list")
def calls(year: Year, session: orm.Session) -> Iterator[Visit]:
    assert every(session, Call)
    listed = reminders.to_call(session, vault=year.hub.vault, now=year.hub.clock())
    sees = [word for each in listed for word in (each.body.name_ja, each.case.tracking_id)]
    assert listed
    yield Visit(who=Role.COORDINATOR, sees=sees)


@page("reminders.call")
def call(year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in reminders.to_call(session, vault=year.hub.vault, now=year.hub.clock()):
        values = {"release_id": each.case.release_id, "body_id": each.body.id}
        yield Visit(who=Role.COORDINATOR, values=values, sees=[each.body.name_ja])


@page("reminders.quiet_hours")
def quiet(_year: Year, session: orm.Session) -> Iterator[Visit]:
    told = reminders.quiet(session)
    assert (told.begins, told.ends) == (21, 8)
    yield Visit(who=Role.COORDINATOR, sees=[told.begins, told.ends])


@page("reminders.rules")
def rules(_year: Year, session: orm.Session) -> Iterator[Visit]:
    held = reminders.rules(session)
    yield Visit(who=Role.COORDINATOR, sees=["21"], rows=len(held))


@page("reminders.rule")
def rule(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for kind, held in reminders.rules(session).items():
        sees = [held.first, held.second, held.deputy, held.call]
        yield Visit(who=Role.COORDINATOR, values={"kind": kind.value}, sees=sees)


@page("kit.members")
def kit(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for release_id, packages in _packages(session).items():
        names = [session.get_one(MemberOperator, each.member_id).name for each in packages]
        yield Visit(who=FIRST, values={"tracking_id": tracking_id(session, release_id)}, sees=names)


@page("kit.package")
def package(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for packages in _packages(session).values():
        for each in packages:
            name = session.get_one(MemberOperator, each.member_id).name
            yield Visit(who=FIRST, values={"package_id": each.id}, sees=[name])


def _packages(session: orm.Session) -> dict[object, list[MemberPackage]]:
    """Return the first body's packages by release, of the newest revision it has."""
    newest = {each.id for each in received(session).values()}
    found: dict[object, list[MemberPackage]] = {}
    for each in every(session, MemberPackage, MemberPackage.body_id == body(session).id):
        if each.release_id in newest:
            found.setdefault(each.release_id, []).append(each)
    assert found
    return found


@page("member_receipts.ask")
def member(year: Year, session: orm.Session) -> Iterator[Visit]:
    lives = MemberPackage.made_at > year.hub.clock() - LINK_LIFE
    for each in every(session, MemberPackage, MemberPackage.state == PackageState.TAKEN, lives):
        mail = packages_at_rest.mail_of(each, vault=year.hub.vault)
        link = next(word for word in mail.split() if "/received/" in word)
        values = {"token": link.rpartition("/")[2]}
        yield Visit(who=None, values=values, sees=["受け取りの確認"])
