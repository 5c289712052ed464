"""Adding a sector or an edition of the action plan, and letting a sector end; nothing is ever taken away."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import ConflictError, InputError
from sectors.catalogue import queries
from sectors.catalogue.models import Edition, Sector

CODE_TAKEN = "There is a sector with this code already"
NAME_TAKEN = "There is a sector with this name already"
EDITION_TAKEN = "This edition is in the list already"
END_BEFORE_BEGIN = "The last day cannot lie before the first"
HAS_ENDED = "This sector has a last day already"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSector:
    """A sector as a coordinator adds it; `guideline` is the revision that names it."""

    code: str
    ja: str
    en: str
    stix_sectors: tuple[str, ...]
    guideline: str
    valid_from: date


def add_sector(session: orm.Session, new: NewSector, *, by: Actor, now: datetime) -> Sector:
    """Add a sector at the end of the list.

    Raises:
        InputError: its code or name is another's.

    """
    present = queries.every_sector(session)
    if new.code in {each.code for each in present}:
        raise InputError({"code": CODE_TAKEN})
    if new.ja in {each.ja for each in present if each.valid_to is None}:
        raise InputError({"ja": NAME_TAKEN})
    sector = Sector(
        code=new.code,
        position=max((each.position for each in present), default=0) + 1,
        ja=new.ja,
        en=new.en,
        stix_sectors=list(new.stix_sectors),
        guideline=new.guideline,
        valid_from=new.valid_from,
    )
    session.add(sector)
    try:
        session.flush()  # so that a colleague's shows here, not at commit
    except IntegrityError as error:
        raise ConflictError(CODE_TAKEN) from error
    audit.record(session, "sector.added", by=by, now=now, code=new.code, guideline=new.guideline)
    return sector


def end_sector(
    session: orm.Session, code: str, *, valid_to: date, guideline: str, by: Actor, now: datetime
) -> None:
    """Let a sector hold no more from a day on, citing the revision; bodies that serve it stay as they are.

    Raises:
        NotFoundError: there is none of this code.
        InputError: the day is before its first, or it has ended already.

    """
    sector = queries.sector(session, code, lock=True)
    if sector.valid_to is not None:
        raise InputError({"valid_to": HAS_ENDED})
    if valid_to <= sector.valid_from:
        raise InputError({"valid_to": END_BEFORE_BEGIN})
    sector.valid_to = valid_to
    audit.record(session, "sector.ended", by=by, now=now, code=code, guideline=guideline)


def add_edition(session: orm.Session, name: str, decided_on: date, *, by: Actor, now: datetime) -> None:
    """Add an edition of the action plan, for rosters to cite.

    Raises:
        InputError: it is in the list.

    """
    if session.scalar(sa.select(Edition.id).where(Edition.name == name)) is not None:
        raise InputError({"name": EDITION_TAKEN})
    session.add(Edition(name=name, decided_on=decided_on))
    audit.record(session, "action-plan.added", by=by, now=now)
