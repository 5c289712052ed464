"""Leaks: recorded and decided on by people. A leak is no publication, so nothing here ends a restriction."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.matters import queries
from feeds.matters.models import LeakRecord, Matter
from feeds.matters.states import LEAK_MOVES, LeakMove, LeakState
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import InputError, NotFoundError
from hub.core.machine import step
from hub.core.vault import Place, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A leak, opened; `decision` is empty until one was made."""

    row: LeakRecord
    matter: Matter
    how: str
    what: str
    decision: str


def leaks(session: orm.Session, matter_id: uuid.UUID | None = None, *, vault: Vault) -> list[Leak]:
    """Return the leaks of a matter, or all, the newest first."""
    rows = sa.select(LeakRecord).order_by(LeakRecord.recorded_at.desc(), LeakRecord.id)
    if matter_id is not None:
        rows = rows.where(LeakRecord.matter_id == matter_id)
    return [_opened(session, row, vault=vault) for row in session.scalars(rows)]


def undecided(session: orm.Session) -> int:
    """Count the leaks on which nobody has decided."""
    rows = sa.select(sa.func.count()).select_from(LeakRecord).where(LeakRecord.state == LeakState.UNDECIDED)
    return session.scalar(rows) or 0


def record(
    session: orm.Session,
    matter_id: uuid.UUID,
    *,
    noticed_at: datetime,
    how: str,
    what: str,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> LeakRecord:
    """Record that something of a matter leaked; the instant is when it became known.

    Raises:
        InputError: a text is missing, or the instant is still to come.
        NotFoundError: there is no such matter.

    """
    problems = {name: "Enter this text" for name, text in (("how", how), ("what", what)) if not text.strip()}
    if noticed_at > now:
        problems["noticed_at"] = "This instant is still to come"
    if problems:
        raise InputError(problems)
    matter, leak_id = queries.matter(session, matter_id), uuid.uuid4()
    row = LeakRecord(
        id=leak_id,
        matter_id=matter.id,
        noticed_at=noticed_at,
        how=vault.seal(how.strip().encode(), place=_place(leak_id, "how")),
        what=vault.seal(what.strip().encode(), place=_place(leak_id, "what")),
        recorded_at=now,
        recorded_by=by.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, "leak.recorded", by=by, now=now, subject=matter.id, leak=str(leak_id))
    return row


def decide(
    session: orm.Session,
    matter_id: uuid.UUID,
    leak_id: uuid.UUID,
    move: LeakMove,
    *,
    reason: str,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Record what was decided on a leak; a new date of publication is told by a revision.

    Raises:
        IllegalMoveError: it was decided already, and not the other way.
        InputError: there is no reason.
        NotFoundError: the matter has no such leak.

    """
    if not reason.strip():
        raise InputError({"reason": "Enter why this was decided"})
    row = session.get(LeakRecord, leak_id, with_for_update=True)
    if row is None or row.matter_id != matter_id:
        raise NotFoundError("no such leak")
    row.state = step(LEAK_MOVES, row.state, move)
    row.decision = vault.seal(reason.strip().encode(), place=_place(row.id, "decision"))
    row.decided_at, row.decided_by = now, by.account_id
    audit.record(
        session, "leak.decided", by=by, now=now, subject=matter_id, leak=str(leak_id), state=row.state
    )


def leak(session: orm.Session, matter_id: uuid.UUID, leak_id: uuid.UUID, *, vault: Vault) -> Leak:
    """Return one leak of a matter.

    Raises:
        NotFoundError: the matter has no such leak.

    """
    found = session.get(LeakRecord, leak_id)
    if found is None or found.matter_id != matter_id:
        raise NotFoundError("no such leak")
    return _opened(session, found, vault=vault)


def _opened(session: orm.Session, row: LeakRecord, *, vault: Vault) -> Leak:
    def text(column: str, sealed: bytes | None) -> str:
        return "" if sealed is None else vault.open(sealed, place=_place(row.id, column)).decode()

    return Leak(
        row=row,
        matter=queries.matter(session, row.matter_id),
        how=text("how", row.how),
        what=text("what", row.what),
        decision=text("decision", row.decision),
    )


def _place(leak_id: uuid.UUID, column: str) -> Place:
    return Place(table="leak_record", row=leak_id, column=column)
