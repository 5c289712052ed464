"""Look-ups of agreements."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core import stamps
from hub.core.errors import NotFoundError
from nda.agreements.models import Agreement, Amendment
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


def of_opening(session: orm.Session, opening_id: uuid.UUID) -> Agreement | None:
    """Return the agreement of a body that was opened without an application."""
    return session.scalar(sa.select(Agreement).where(Agreement.opening_id == opening_id))


def renewal_of(session: orm.Session, agreement_id: uuid.UUID) -> Agreement | None:
    """Return the agreement that begins after this one, if it was recorded."""
    return session.scalar(sa.select(Agreement).where(Agreement.renews_id == agreement_id))


def amendments(session: orm.Session, agreement_id: uuid.UUID) -> Sequence[Amendment]:
    """Return what was changed in an agreement, the latest first."""
    return session.scalars(
        sa.select(Amendment)
        .where(Amendment.agreement_id == agreement_id)
        .order_by(Amendment.agreed_on.desc(), Amendment.recorded_at.desc())
    ).all()


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
    """Tell whether an agreement with the organisation binds at this instant; the end itself is out."""
    return organisation_id in binding(session, [organisation_id], at=at)


def binding(
    session: orm.Session, organisation_ids: Collection[uuid.UUID], *, at: datetime
) -> frozenset[uuid.UUID]:
    """Return the organisations with which an agreement binds at this instant; the end itself is out.

    A row that the hub did not write binds nobody.
    """
    found = sa.select(*(getattr(Agreement, name) for name in Agreement.__stamped__), Agreement.stamp).where(
        Agreement.organisation_id.in_(organisation_ids),
        Agreement.state == State.CONCLUDED,
        Agreement.starts_at <= at,
        Agreement.ends_at > at,
    )
    rows = session.execute(found).mappings()
    key = stamps.key_of(session)
    return frozenset(
        row["organisation_id"] for row in rows if stamps.fits(Agreement, dict(row), row["stamp"], key=key)
    )


def ending_before(session: orm.Session, instant: datetime) -> Sequence[Agreement]:
    """Return the concluded agreements that end before an instant and that no other one renews."""
    later = orm.aliased(Agreement)
    renewed = sa.select(later.renews_id).where(later.renews_id.is_not(None))
    return session.scalars(
        sa.select(Agreement)
        .where(Agreement.state == State.CONCLUDED, Agreement.ends_at < instant, Agreement.id.not_in(renewed))
        .order_by(Agreement.ends_at)
    ).all()


def over(session: orm.Session, *, at: datetime) -> Sequence[Agreement]:
    """Return the agreements that say they are concluded though their term is over."""
    return session.scalars(
        sa.select(Agreement).where(Agreement.state == State.CONCLUDED, Agreement.ends_at <= at)
    ).all()
