"""Pages about matters: advisories, their drafts and releases, leaks, dates, finders."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import at_rest, finders, hour
from feeds.advisories import queries as advisories
from feeds.advisories.models import Advisory
from feeds.advisories.states import State
from feeds.matters import leaks
from feeds.matters.models import LeakRecord, Matter, MatterMerger, PublicationMove
from feeds.matters.states import LeakState
from hub.accounts.models import Role
from hub.core.vault import ShreddedError
from tests.hub.demo.year.world import Visit, Year, every, page


def in_state(session: orm.Session, *states: State) -> list[Advisory]:
    """Return the advisories in these states; there is one of each."""
    return [each for state in states for each in every(session, Advisory, Advisory.state == state)]


def title_of(year: Year, session: orm.Session, advisory: Advisory) -> str:
    """Return the title of the newest revision."""
    newest = advisories.latest_revision(session, advisory.id)
    return at_rest.content_of(newest, vault=year.hub.vault).title.ja


def gone(year: Year, session: orm.Session, advisory: Advisory) -> bool:
    """Tell whether it is a draft that was given up, and whose period is over."""
    try:
        title_of(year, session, advisory)
    except ShreddedError:
        return True
    return False


def about(year: Year, session: orm.Session, *found: Advisory) -> Iterator[Visit]:
    """Give a coordinator's look at each of these, who sees its number and its title."""
    for each in found:
        sees = [each.matter.tracking_id, title_of(year, session, each)]
        yield Visit(who=Role.COORDINATOR, values={"advisory_id": each.id}, sees=sees)


@page("advisories.index")
def index(year: Year, session: orm.Session) -> Iterator[Visit]:
    found = every(session, Advisory)
    sees = [each.matter.tracking_id for each in found]
    titles = [title_of(year, session, each) for each in found if not gone(year, session, each)]
    yield Visit(who=Role.COORDINATOR, sees=[*sees, *titles])


@page("advisories.show")
def show(year: Year, session: orm.Session) -> Iterator[Visit]:
    yield from about(
        year, session, *(each for each in in_state(session, *State) if not gone(year, session, each))
    )
    for each in every(session, MatterMerger):
        both = [session.get_one(Matter, one).tracking_id for one in (each.matter_id, each.into_id)]
        for one in both:
            advisory = advisories.by_tracking_id(session, one)
            if not gone(year, session, advisory):
                yield Visit(who=Role.COORDINATOR, values={"advisory_id": advisory.id}, sees=both)
    for moved in every(session, PublicationMove):
        advisory = advisories.by_tracking_id(session, session.get_one(Matter, moved.matter_id).tracking_id)
        sees = [f"{moved.moved_to:%Y}"]
        yield Visit(who=Role.COORDINATOR, values={"advisory_id": advisory.id}, sees=sees)


@page("advisories.consultations")
def consultations(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in in_state(session, State.IN_APPROVAL, State.RELEASED):
        values = {"advisory_id": each.id}
        yield Visit(who=Role.COORDINATOR, values=values, sees=[each.matter.tracking_id])


@page("advisories.consult")
def consult(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in in_state(session, State.IN_APPROVAL):
        yield Visit(who=Role.REVIEWER, values={"advisory_id": each.id}, sees=[each.matter.tracking_id])


@page("drafts.edit", "imports.imported", "releasing.submit")
def drafts(year: Year, session: orm.Session) -> Iterator[Visit]:
    merged = set(session.scalars(sa.select(MatterMerger.matter_id)))
    drafted = [each for each in in_state(session, State.DRAFT) if each.matter_id not in merged]
    assert drafted
    yield from about(year, session, *drafted)


@page("releasing.release")
def release(year: Year, session: orm.Session) -> Iterator[Visit]:
    yield from about(year, session, *in_state(session, State.IN_APPROVAL))


@page(
    "releasing.revise",
    "releasing.withdraw",
    "matters.early",
    "leaks.record",
    "matters.same",
    "releasing.lift",
)
def released(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in in_state(session, State.RELEASED):
        yield Visit(who=Role.COORDINATOR, values={"advisory_id": each.id}, sees=[each.matter.tracking_id])


@page("previews.show")
def preview(year: Year, session: orm.Session) -> Iterator[Visit]:
    yield from about(year, session, *in_state(session, State.IN_APPROVAL))


@page("previews.document")
def previewed(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in in_state(session, State.IN_APPROVAL):
        values, sees = {"advisory_id": each.id}, [each.matter.tracking_id]
        yield Visit(who=Role.COORDINATOR, values=values, asks="?shape=stix", sees=sees)


@page("matters.publication_file")
def calendar_file(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in in_state(session, State.RELEASED):
        yield Visit(who=Role.COORDINATOR, values={"advisory_id": each.id}, sees=[each.matter.tracking_id])


@page("matters.published")
def published(year: Year, session: orm.Session) -> Iterator[Visit]:
    come = hour.published(session, now=year.hub.clock())
    assert come
    yield Visit(who=Role.COORDINATOR, sees=[each.matter.tracking_id for each in come])


@page("finders.listed")
def finders_listed(_year: Year, session: orm.Session) -> Iterator[Visit]:
    waiting = finders.waiting(session)
    assert waiting
    yield Visit(who=Role.REVIEWER, sees=[each.matter.tracking_id for each in waiting])


@page("finders.record")
def finder(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in finders.waiting(session):
        yield Visit(who=Role.REVIEWER, values={"advisory_id": each.id}, sees=[each.matter.tracking_id])


@page("leaks.listed")
def leaked(year: Year, session: orm.Session) -> Iterator[Visit]:
    found = leaks.leaks(session, vault=year.hub.vault)
    assert {each.row.state for each in found} >= {LeakState.UNDECIDED, LeakState.NOT_BROUGHT_FORWARD}
    sees = [word for each in found for word in (each.matter.tracking_id, each.how)]
    for role in (Role.COORDINATOR, Role.REVIEWER):
        yield Visit(who=role, sees=sees)


@page("leaks.decide")
def leak(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, LeakRecord, LeakRecord.state == LeakState.UNDECIDED):
        tracking_id = session.get_one(Matter, each.matter_id).tracking_id
        advisory = advisories.by_tracking_id(session, tracking_id)
        values = {"advisory_id": advisory.id, "leak_id": each.id}
        yield Visit(who=Role.COORDINATOR, values=values, sees=[tracking_id])
