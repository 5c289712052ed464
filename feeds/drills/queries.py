"""Look-ups of drills: who was asked, how far each body came, and when it passed last."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.drills.models import Drill, DrillDelivery, Turn, Waiver
from hub.core.errors import NotFoundError
from sectors.bodies.models import Body, Contact
from sectors.bodies.states import RECEIVING, State

GOOD_FOR = timedelta(days=400)  # a yearly drill, with a month to hold the next
INVITED = RECEIVING | {State.PREPARATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A body's part in a drill, as pages show it; `names` are the contacts' by id."""

    drill: Drill
    turn: Turn
    body: Body

    @property
    def passed(self) -> bool:
        """Tell whether it was opened and answered by the deadline."""
        return all(at is not None and at <= self.drill.deadline for at in self.ends)

    @property
    def ends(self) -> tuple[datetime | None, datetime | None]:
        """Return when it was opened and when it was answered."""
        return self.turn.opened_at, self.turn.answered_at


def drills(session: orm.Session) -> Sequence[Drill]:
    """Return every drill, the newest first."""
    return session.scalars(sa.select(Drill).order_by(Drill.started_at.desc(), Drill.tracking_id)).all()


def drill(session: orm.Session, tracking_id: str) -> Drill:
    """Return the drill of a tracking ID.

    Raises:
        NotFoundError: there is none.

    """
    found = session.scalar(sa.select(Drill).where(Drill.tracking_id == tracking_id))
    if found is None:
        raise NotFoundError("no such drill")
    return found


def parts(session: orm.Session, drill_id: uuid.UUID) -> list[Part]:
    """Return each body's part in a drill, by name."""
    return _parts(session, Turn.drill_id == drill_id)


def parts_of(session: orm.Session, body_id: uuid.UUID) -> list[Part]:
    """Return a body's drills, the newest first."""
    found = _parts(session, Turn.body_id == body_id)
    return sorted(found, key=lambda part: part.drill.started_at, reverse=True)


def part(session: orm.Session, tracking_id: str, body_id: uuid.UUID) -> Part:
    """Return a body's part in a drill.

    Raises:
        NotFoundError: it has none.

    """
    found = _parts(session, sa.and_(Turn.body_id == body_id, Drill.tracking_id == tracking_id))
    if not found:
        raise NotFoundError("no such drill")
    return found[0]


def _parts(session: orm.Session, which: sa.ColumnElement[bool]) -> list[Part]:
    rows = session.execute(
        sa.select(Drill, Turn, Body)
        .join(Turn, Turn.drill_id == Drill.id)
        .join(Body, Body.id == Turn.body_id)
        .where(which)
        .order_by(Body.name_ja)
    )
    return [Part(drill=drill, turn=turn, body=body) for drill, turn, body in rows]


def names(session: orm.Session, found: Collection[Part]) -> dict[uuid.UUID, str]:
    """Return the names of the contacts to whom these parts were mailed."""
    wanted = {each.contact_id for part in found for each in part.turn.deliveries if each.contact_id}
    rows = session.execute(sa.select(Contact.id, Contact.name).where(Contact.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def last_passed(session: orm.Session, body_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Return when each of these bodies last passed a drill; one that never did is not in it."""
    rows = session.execute(
        sa.select(Turn.body_id, sa.func.max(Turn.answered_at).label("at"))
        .join(Drill, Drill.id == Turn.drill_id)
        .join(DrillDelivery, DrillDelivery.turn_id == Turn.id)
        .where(
            Turn.body_id.in_(body_ids),
            Turn.answered_at <= Drill.deadline,
            DrillDelivery.opened_at <= Drill.deadline,
        )
        .group_by(Turn.body_id)
    )
    return {row.body_id: row.at for row in rows}


def waiver(session: orm.Session, body_id: uuid.UUID) -> Waiver | None:
    """Return the newest decision that the body need pass no drill."""
    return session.scalar(
        sa.select(Waiver).where(Waiver.body_id == body_id).order_by(Waiver.waived_at.desc()).limit(1)
    )


def is_practised(session: orm.Session, body_id: uuid.UUID, *, now: datetime) -> bool:
    """Tell whether the body passed a drill not long ago, or need not."""
    passed = last_passed(session, [body_id]).get(body_id)
    if passed is not None and now - passed <= GOOD_FOR:
        return True
    return waiver(session, body_id) is not None


def unanswered(session: orm.Session, body_id: uuid.UUID, *, now: datetime) -> int:
    """Count the drills that run now and wait for the body's answer."""
    count = (
        sa.select(sa.func.count(Turn.id))
        .join(Drill, Drill.id == Turn.drill_id)
        .where(Turn.body_id == body_id, Turn.answered_at.is_(None), Drill.deadline > now)
    )
    return session.scalar(count) or 0
