"""Announce what will be destroyed, hold it, let it go, destroy it. What is held is never destroyed."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.errors import InputError, NotAllowedError, NotFoundError
from hub.core.machine import step
from hub.core.periods import Periods
from hub.retention import destroying
from hub.retention.models import Destruction, Kind
from hub.retention.records import Ended, ended
from hub.retention.states import MOVES, OPEN, Move, State

LONGEST_REASON = 500  # characters
AFTER_A_HOLD = timedelta(days=7)  # nothing is destroyed sooner after somebody let it go


def announce(session: orm.Session, *, keep: Periods, now: datetime) -> dict[Kind, int]:
    """Announce every destruction that comes due within the warning, and return how many are new, by kind."""
    fresh = dict.fromkeys(Kind, 0)
    for kind in Kind:
        days = period(keep, kind)
        if days is None:
            continue
        known = _open_rows(session, kind)
        for each in list(ended(session, kind, before=now + keep.ahead - days)):
            if (each.table_name, each.row_id) not in known:
                _announce(session, kind, each, due_at=max(each.ended_at + days, now + keep.ahead), now=now)
                fresh[kind] += 1
    return fresh


def period(keep: Periods, kind: Kind) -> timedelta | None:
    """Return how long records of a kind are kept; None: for ever."""
    days: int = getattr(keep, kind.value)
    return timedelta(days=days) if days else None


def _open_rows(session: orm.Session, kind: Kind) -> frozenset[tuple[str, uuid.UUID]]:
    asked = sa.select(Destruction.table_name, Destruction.row_id)
    rows = session.execute(asked.where(Destruction.kind == kind, Destruction.state.in_(OPEN)))
    return frozenset((table_name, row_id) for table_name, row_id in rows)


def _announce(session: orm.Session, kind: Kind, each: Ended, *, due_at: datetime, now: datetime) -> None:
    made = outbox.INSERT[session.get_bind().dialect.name](Destruction).values(
        id=uuid.uuid4(),
        kind=kind,
        table_name=each.table_name,
        row_id=each.row_id,
        ended_at=each.ended_at,
        announced_at=now,
        due_at=due_at,
        state=State.COMING,
    )
    session.execute(made.on_conflict_do_nothing())  # another worker was faster


def due(session: orm.Session, *, now: datetime) -> list[uuid.UUID]:
    """Return the announced destructions whose time has come and that nobody holds."""
    asked = sa.select(Destruction.id).where(Destruction.state == State.COMING, Destruction.due_at <= now)
    return list(session.scalars(asked.order_by(Destruction.due_at)))


def carry_out(session: orm.Session, destruction_id: uuid.UUID, *, keep: Periods, now: datetime) -> None:
    """Destroy one record if it is due and nobody holds it; it is spared if it is not over any more."""
    row = _locked(session, destruction_id)
    if row.state is not State.COMING or row.due_at > now:
        return
    days = period(keep, row.kind)
    move = Move.SPARE
    if days is not None and _is_over(session, row, before=now - days):
        move = Move.DESTROY if DESTROYERS[row.kind](session, row, now=now) else Move.SPARE
    row.state, row.done_at = step(MOVES, row.state, move), now


def _is_over(session: orm.Session, row: Destruction, *, before: datetime) -> bool:
    found = ended(session, row.kind, before=before + timedelta(microseconds=1), only=row.row_id)
    return any(each.table_name == row.table_name for each in found)


def unswept(session: orm.Session) -> frozenset[str]:
    """Return the tables from which something was destroyed whose bytes the database may keep still."""
    asked = sa.select(Destruction.table_name).where(
        Destruction.state == State.DESTROYED, Destruction.swept_at.is_(None)
    )
    return frozenset(session.scalars(asked))


def swept(session: orm.Session, table_name: str, *, done_before: datetime, now: datetime) -> None:
    """Note that the bytes of what was destroyed from a table until then are gone."""
    waiting = sa.update(Destruction).where(
        Destruction.table_name == table_name,
        Destruction.state == State.DESTROYED,
        Destruction.swept_at.is_(None),
        Destruction.done_at <= done_before,
    )
    session.execute(waiting.values(swept_at=now))


DESTROYERS: dict[Kind, Callable[..., bool]] = {
    Kind.DRAFTS: destroying.draft,
    Kind.COPIES: destroying.copy,
    Kind.ATTACHMENTS: destroying.attachment,
    Kind.LOG: destroying.log,
}


def hold(session: orm.Session, destruction_id: uuid.UUID, reason: str, *, by: Actor, now: datetime) -> None:
    """Keep a record from being destroyed until somebody lets it go.

    Raises:
        InputError: no reason is given.
        IllegalMoveError: it is held or destroyed already.

    """
    told = reason.strip()
    if not told or len(told) > LONGEST_REASON:
        raise InputError({"reason": "Say why, in at most 500 characters"})
    if by.account_id is None:
        raise NotAllowedError("A record is held by a person")
    row = _locked(session, destruction_id)
    row.state = step(MOVES, row.state, Move.HOLD)
    row.held_by, row.held_at, row.reason = by.account_id, now, told
    audit.record(session, "destruction.held", by=by, subject=row.row_id, now=now, kind=row.kind)


def let_go(session: orm.Session, destruction_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """End a hold; the record is destroyed at its time, at the earliest AFTER_A_HOLD.

    Raises:
        IllegalMoveError: it is not held.

    """
    row = _locked(session, destruction_id)
    row.state = step(MOVES, row.state, Move.LET_GO)
    row.held_by = None
    row.due_at = max(row.due_at, now + AFTER_A_HOLD)
    audit.record(session, "destruction.let-go", by=by, subject=row.row_id, now=now, kind=row.kind)


def _locked(session: orm.Session, destruction_id: uuid.UUID) -> Destruction:
    row = session.get(Destruction, destruction_id, with_for_update=True)
    if row is None:
        raise NotFoundError("no such destruction")
    return row
