"""Look-ups of agreements."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.errors import NotFoundError
from nda.agreements.models import Agreement
from nda.agreements.states import State


def agreement(session: orm.Session, agreement_id: uuid.UUID, *, lock: bool = False) -> Agreement:
    """Return the agreement.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Agreement, agreement_id, with_for_update=lock)
    if found is None:
        raise NotFoundError("no such agreement")
    return found


def agreements_of(session: orm.Session, organisation_id: uuid.UUID) -> Sequence[Agreement]:
    """Return an organisation's agreements, the newest first."""
    return session.scalars(
        sa.select(Agreement)
        .where(Agreement.organisation_id == organisation_id)
        .order_by(Agreement.sample_sent_at.desc())
    ).all()


def waiting(session: orm.Session, state: State) -> Sequence[Agreement]:
    """Return the agreements in a state, the oldest first."""
    return session.scalars(
        sa.select(Agreement).where(Agreement.state == state).order_by(Agreement.sample_sent_at)
    ).all()


def in_force(session: orm.Session, organisation_id: uuid.UUID, *, at: datetime) -> bool:
    """Tell whether an agreement with the organisation binds at this instant; the end itself is out."""
    found = sa.select(Agreement.id).where(
        Agreement.organisation_id == organisation_id,
        Agreement.state == State.CONCLUDED,
        Agreement.starts_at <= at,
        Agreement.ends_at > at,
    )
    return session.scalar(found.limit(1)) is not None
