"""The second person's yes to a change that needs two: four fields, and the promise of when it counts."""

import uuid
from datetime import datetime
from typing import Protocol

from sqlalchemy import orm

from hub.core import outbox
from hub.core.errors import NotAllowedError
from hub.core.machine import step
from hub.core.two_people import DELAY, MOVES, Move, State


class Change(Protocol):
    """A row of such a change, whatever it is about."""

    id: uuid.UUID
    state: State
    proposed_by: uuid.UUID
    approved_at: datetime | None
    approved_by: uuid.UUID | None
    counts_at: datetime | None


def approve(
    session: orm.Session, change: Change, job: str, *, by: uuid.UUID, now: datetime, **values: uuid.UUID
) -> None:
    """Approve a locked row, and promise that the job makes it count DELAY later; `values` are the job's.

    Raises:
        NotAllowedError: the same person proposed it.
        IllegalMoveError: it does not wait for an approval.

    """
    if by == change.proposed_by:
        raise NotAllowedError("Another person must approve this change.")
    change.state = step(MOVES, change.state, Move.APPROVE)
    change.approved_at, change.approved_by, change.counts_at = now, by, now + DELAY
    outbox.promise(session, job, now=now, key=f"{job}/{change.id}", due_at=change.counts_at, **values)
