"""Look-ups of agreements."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core import stamps
from hub.core.errors import NotFoundError
from nda.agreements.models import Agreement
from nda.agreements.states import State


def agreement(session: orm.Session, agreement_id: uuid.UUID, *, lock: bool = False) -> Agreement:
    """Return the agreement.

    Raises:
        NotFoundError: there is none of this id.

    """
    wanted = sa.select(Agreement).where(Agreement.id == agreement_id)
    if lock:
        wanted = wanted.with_for_update(of=Agreement).execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFoundError("no such agreement")
    return found


def own(
    session: orm.Session, agreement_id: uuid.UUID, *, organisation_id: uuid.UUID | None, lock: bool = False
) -> Agreement:
    """Return an agreement with this organisation.

    Raises:
        NotFoundError: there is none, or it is another organisation's.

    """
    found = agreement(session, agreement_id, lock=lock)
    if found.organisation_id != organisation_id:
        raise NotFoundError("no such agreement")
    return found


def of_application(session: orm.Session, application_id: uuid.UUID) -> Agreement | None:
    """Return the agreement that followed from an application, if its sample was sent."""
    return session.scalar(sa.select(Agreement).where(Agreement.application_id == application_id))


def agreements(session: orm.Session) -> Sequence[Agreement]:
    """Return every agreement, the newest first."""
    return session.scalars(sa.select(Agreement).order_by(Agreement.sample_sent_at.desc())).all()


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
    """Tell whether an agreement with the organisation binds at this instant; the end itself is out.

    A row that the hub did not write binds nobody.
    """
    found = sa.select(*(getattr(Agreement, name) for name in Agreement.__stamped__), Agreement.stamp).where(
        Agreement.organisation_id == organisation_id,
        Agreement.state == State.CONCLUDED,
        Agreement.starts_at <= at,
        Agreement.ends_at > at,
    )
    rows = session.execute(found).mappings()
    key = stamps.key_of(session)
    return any(stamps.fits(Agreement, dict(row), row["stamp"], key=key) for row in rows)
