"""Look-ups of sectors."""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from sectors.catalogue.models import Sector


def sectors_on(session: orm.Session, day: date) -> Sequence[Sector]:
    """Return the sectors that hold on a day, in the order of the action plan."""
    return session.scalars(
        sa.select(Sector)
        .where(Sector.valid_from <= day, sa.or_(Sector.valid_to.is_(None), Sector.valid_to > day))
        .order_by(Sector.position)
    ).all()


def sectors(session: orm.Session, codes: Collection[str]) -> Sequence[Sector]:
    """Return the sectors of these codes, in the order of the action plan."""
    return session.scalars(sa.select(Sector).where(Sector.code.in_(codes)).order_by(Sector.position)).all()
