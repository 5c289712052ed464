"""Pages about what staff and auditors look after: the log, retention, the worker's jobs, pinned passkeys."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.signers.models import SignerChange
from feeds.signers.states import State as SignerState
from hub.accounts.models import Role
from hub.core import outbox
from hub.core.audit import Entry
from hub.core.outbox import Job
from hub.retention.models import Destruction
from hub.retention.states import State
from hub.trail import queries as trail
from tests.hub.demo.year.world import FIRST, Visit, Year, body, day_text, every, page

LINES = 25  # on a page of retention
JOBS = {"account.invitation": "アカウントの招待メール"}


@page("log.entries")
def log(_year: Year, session: orm.Session) -> Iterator[Visit]:
    head = trail.newest_head(session)
    assert head is not None
    yield Visit(who=Role.AUDITOR, sees=[day_text(head.day)])
    for action in ("leak.recorded", "advisory.released", "mail.bounced", "matter.merged"):
        [*_, entry] = every(session, Entry, Entry.action == action, order=Entry.number)
        yield Visit(who=Role.AUDITOR, asks=f"?action={action}", sees=[entry.number, entry.action])


@page("log.as_csv")
def log_file(_year: Year, session: orm.Session) -> Iterator[Visit]:
    found = every(session, Entry, Entry.action == "leak.recorded")
    yield Visit(who=Role.AUDITOR, asks="?action=leak.recorded", sees=[each.subject_id for each in found])


@page("own_log.show")
def own_log(_year: Year, session: orm.Session) -> Iterator[Visit]:
    own = Entry.chain_id == body(session).organisation_id
    [*_, newest] = every(session, Entry, own, order=Entry.place)
    yield Visit(who=FIRST, sees=[newest.action])


@page("own_log.file")
def own_log_file(_year: Year, session: orm.Session) -> Iterator[Visit]:
    own = body(session).organisation_id
    yield Visit(who=FIRST, sees=[f'"chain":"{own}"'])


@page("retention.listed")
def retention(_year: Year, session: orm.Session) -> Iterator[Visit]:
    found = every(session, Destruction)
    assert {each.state for each in found} >= {State.COMING, State.HELD, State.DESTROYED}
    for role in (Role.COORDINATOR, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR):
        yield Visit(who=role, rows=min(LINES, len(found)))


@page("retention.hold")
def hold(_year: Year, session: orm.Session) -> Iterator[Visit]:
    [each, *_] = every(session, Destruction, Destruction.state == State.COMING)
    yield Visit(who=Role.COORDINATOR, values={"destruction_id": each.id}, sees=[day_text(each.due_at)])


@page("retention.let_go")
def let_go(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Destruction, Destruction.state == State.HELD):
        yield Visit(who=Role.REVIEWER, values={"destruction_id": each.id}, sees=[each.reason])


@page("outbox.listed")
def jobs(_year: Year, session: orm.Session) -> Iterator[Visit]:
    dead = outbox.dead_letters(session)
    for role in (Role.ADMINISTRATOR, Role.COORDINATOR):
        yield Visit(who=role, rows=len(dead), sees=[JOBS[each.kind] for each in dead])


@page("outbox.again")
def again(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Job, Job.dead_at.is_not(None)):
        yield Visit(who=Role.ADMINISTRATOR, values={"job_id": each.id}, sees=[JOBS[each.kind]])


@page("outbox.all_again")
def all_again(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for kind in session.scalars(sa.select(Job.kind).where(Job.dead_at.is_not(None)).distinct()):
        yield Visit(who=Role.ADMINISTRATOR, values={"kind": kind}, sees=["1"])


@page("signers.listed")
def signers(_year: Year, session: orm.Session) -> Iterator[Visit]:
    found = every(session, SignerChange)
    for role in (Role.COORDINATOR, Role.REVIEWER):
        yield Visit(who=role, sees=[each.email for each in found])


@page("signers.vouch")
def vouch(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, SignerChange, SignerChange.state == SignerState.PROPOSED):
        sees = [each.name, each.entry.spoken]
        yield Visit(who="coordinator2@jpcert.example.jp", values={"change_id": each.id}, sees=sees)
