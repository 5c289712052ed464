"""The oldest part of the log goes when its period is over; what stays is checked as before."""

import json
from datetime import timedelta

import sqlalchemy as sa

from hub.core.audit import Entry
from hub.core.periods import Periods
from hub.core.shredding import Tombstone
from hub.retention import service
from hub.retention.models import Destruction, Kind
from hub.trail import exporting, offline
from hub.trail.models import Chain
from hub.trail.offline import Read
from tests.conftest import HandedIn
from tests.hub.trail.conftest import hub, signing, trail
from tests.support.applications import acting
from tests.support.trail import Trail

__all__ = ["hub", "signing", "trail"]

KEEP = Periods(drafts=60, copies=0, attachments=0, log=60, warning=10)


def night(trail: Trail, clock: HandedIn) -> None:
    with trail.hub.db.transaction() as session:
        service.announce(session, keep=KEEP, now=clock.now)
        for each in service.due(session, now=clock.now):
            service.carry_out(session, each, keep=KEEP, now=clock.now)


def test_a_log_whose_begin_was_destroyed_is_still_found_whole(trail: Trail, clock: HandedIn) -> None:
    clock.now += timedelta(days=100)
    trail.act(trail.power, 2)
    trail.act(trail.staff.organisation_id)
    trail.sign()
    night(trail, clock)
    clock.now += timedelta(days=11)
    night(trail, clock)
    trail.chain()
    with trail.hub.db.reading() as session:
        heads = session.scalars(sa.select(Chain)).all()
        assert all(head.cut > 0 for head in heads)
        oldest = session.scalar(sa.select(sa.func.min(Entry.at)))
        assert oldest is not None
        assert oldest > clock.now - timedelta(days=60)
        stones = {stone.row_id: stone.sha256 for stone in session.scalars(sa.select(Tombstone))}
        assert stones == {head.id: head.cut_hash.hex() for head in heads}
        lines = list(exporting.lines(session, trail.power, now=clock.now))
    assert trail.findings() == []
    read = Read()
    assert list(offline.verify(lines, read, check=trail.check)) == []
    assert read.destroyed == json.loads(lines[0])["cut"] > 0


def test_a_begin_that_was_removed_past_the_hub_is_no_destroyed_one(trail: Trail) -> None:
    connection = trail.hub.db.bind
    assert isinstance(connection, sa.Connection)
    first = connection.execute(
        sa.select(Entry.place, Entry.hash).where(Entry.chain_id == trail.power).order_by(Entry.place)
    ).first()
    assert first is not None
    connection.execute(sa.delete(Entry).where(Entry.chain_id == trail.power, Entry.place == 1))
    values = {"cut": 1, "cut_hash": first.hash}
    connection.execute(sa.update(Chain).where(Chain.id == trail.power).values(values))
    assert trail.power in {each.chain_id for each in trail.findings()}


def test_a_part_of_the_log_that_is_held_stays(trail: Trail, clock: HandedIn) -> None:
    clock.now += timedelta(days=100)
    trail.sign()
    night(trail, clock)
    with trail.hub.db.transaction() as session:
        for row in session.scalars(sa.select(Destruction).where(Destruction.kind == Kind.LOG)):
            service.hold(session, row.id, "調査中", by=acting(trail.staff), now=clock.now)
    clock.now += timedelta(days=40)
    night(trail, clock)
    with trail.hub.db.reading() as session:
        assert session.scalar(sa.select(sa.func.max(Chain.cut))) == 0
