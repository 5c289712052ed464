"""Look-ups of trial periods."""

import uuid
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.operation.models import Trial
from feeds.operation.states import State


def running(session: orm.Session, body_id: uuid.UUID, *, lock: bool = False) -> Trial | None:
    """Return the trial period in which a body is now."""
    wanted = sa.select(Trial).where(Trial.body_id == body_id, Trial.state == State.RUNNING)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def trials(session: orm.Session, body_id: uuid.UUID) -> Sequence[Trial]:
    """Return a body's trial periods, the latest first."""
    return session.scalars(
        sa.select(Trial)
        .where(Trial.body_id == body_id)
        .order_by(Trial.begins_on.desc(), Trial.ends_on.desc())
    ).all()


def ending(session: orm.Session, *, by: date) -> Sequence[Trial]:
    """Return the trial periods that run and end on this day or before, the first to end first."""
    return session.scalars(
        sa.select(Trial).where(Trial.state == State.RUNNING, Trial.ends_on <= by).order_by(Trial.ends_on)
    ).all()
