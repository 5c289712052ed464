"""Look-ups of sectors."""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.errors import NotFoundError
from sectors.catalogue.models import Edition, Sector


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


def every_sector(session: orm.Session) -> Sequence[Sector]:
    """Return all sectors, those that hold no more and not yet, too."""
    return session.scalars(sa.select(Sector).order_by(Sector.position)).all()


def sector(session: orm.Session, code: str, *, lock: bool = False) -> Sector:
    """Return the sector of a code.

    Raises:
        NotFoundError: there is none.

    """
    found = session.get(Sector, code, with_for_update=lock)
    if found is None:
        raise NotFoundError("no such sector")
    return found


def editions(session: orm.Session) -> Sequence[Edition]:
    """Return the editions of the action plan, the latest first."""
    return session.scalars(sa.select(Edition).order_by(Edition.decided_on.desc())).all()
