"""What figures are made of, each by one statement, however many bodies and notices there are."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import AddressedSector, Advisory, Release, ReleaseBody
from feeds.advisories.states import State
from feeds.delivery.models import Copy, Mailing
from feeds.figures.periods import Span
from feeds.figures.tally import Pair
from feeds.matters import merging
from feeds.matters.models import Matter
from feeds.receipts.models import Answer, Dissemination
from feeds.reminders.models import Reminder
from sectors.bodies.models import BodySector


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """The first release of a notice, and the sectors that it was addressed to."""

    tracking_id: str
    released_at: datetime
    sectors: frozenset[str]


def span(session: orm.Session) -> tuple[datetime, datetime] | None:
    """Return when the first and the last release left, or None before there is any."""
    first, last = session.execute(
        sa.select(sa.func.min(Release.released_at), sa.func.max(Release.released_at))
    ).one()
    return None if first is None else (first, last)


def provisions(session: orm.Session, period: Span | None) -> list[Provision]:
    """Return the notices that were first released in a period (None: ever), the oldest first."""
    first = _first(period)
    rows = session.execute(
        sa.select(Advisory.id, Matter.tracking_id, first.c.at)
        .join(first, first.c.advisory_id == Advisory.id)
        .join(Matter, Matter.id == Advisory.matter_id)
        .order_by(first.c.at, Matter.tracking_id)
    ).all()
    to = _addressed(session, first)
    return [Provision(tracking_id=row[1], released_at=row[2], sectors=frozenset(to[row[0]])) for row in rows]


def published(session: orm.Session, period: Span | None, *, now: datetime) -> dict[str, datetime]:
    """Return when each notice of a period that is public by now came out, by tracking ID.

    The date that counts is the earliest of merged matters'. What was withdrawn has none of its own, unless
    it came out all the same.
    """
    first, dates = _first(period), merging.dates()
    said_by = orm.aliased(Advisory)
    at = sa.func.min(dates.c.at)
    rows = session.execute(
        sa.select(Matter.tracking_id, at)
        .join(Advisory, Advisory.matter_id == Matter.id)
        .join(first, first.c.advisory_id == Advisory.id)
        .join(dates, dates.c.matter_id == Matter.id)
        .join(said_by, said_by.matter_id == dates.c.told_by)
        .where(sa.or_(said_by.state != State.WITHDRAWN, dates.c.is_public))
        .group_by(Matter.tracking_id)
        .having(at <= now)
    )
    return dict(rows.all())


def pairs(session: orm.Session, period: Span | None, came_out: Mapping[str, datetime]) -> list[Pair]:
    """Return each notice of a period at each body, in no order; `came_out` is what is `published`."""
    each = _became(_first(period)).subquery()
    opened = _sooner(_sooner(each.c.copied_at, each.c.mailed_at), each.c.answered_at)
    statement = (
        sa.select(Matter.tracking_id, each.c.body_id, each.c.released_at)
        .add_columns(opened.label("opened_at"), each.c.answered_at)
        .add_columns(sa.func.coalesce(each.c.reminded_at < opened, sa.false()).label("is_overlooked"))
        .add_columns(sa.func.coalesce(each.c.reached, 0).label("reached"))
        .join(Advisory, Advisory.id == each.c.advisory_id)
        .join(Matter, Matter.id == Advisory.matter_id)
    )
    rows = session.connection().execute(statement).all()  # without what the ORM does to rows
    return [Pair(came_out.get(row[0]), *row) for row in rows]


def sectors_of_bodies(session: orm.Session) -> Mapping[uuid.UUID, frozenset[str]]:
    """Return the sectors that each body serves."""
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    for body_id, code in session.execute(sa.select(BodySector.body_id, BodySector.sector_code)):
        found[body_id].add(code)
    return {body_id: frozenset(codes) for body_id, codes in found.items()}


def _first(period: Span | None) -> sa.Subquery:
    """Select the first release of every notice that lies in a period."""
    at = sa.func.min(Release.released_at)
    found = sa.select(Release.advisory_id, at.label("at")).group_by(Release.advisory_id)
    if period is not None:
        found = found.having(at >= period.begin, at < period.end)
    return found.subquery()


def _became(first: sa.Subquery) -> sa.Select[Any]:
    """Select what became of each notice at each body, through all revisions that were addressed to it.

    Each sign is looked up by its index of releases and bodies: a third of what joining the sums of whole
    tables takes.
    """
    return (
        sa.select(Release.advisory_id, ReleaseBody.body_id)
        .add_columns(sa.func.min(Release.released_at).label("released_at"))
        .add_columns(_earliest(Copy, Copy.opened_at).label("copied_at"))
        .add_columns(_earliest(Mailing, Mailing.opened_at).label("mailed_at"))
        .add_columns(_earliest(Answer, Answer.answered_at).label("answered_at"))
        .add_columns(_earliest(Reminder, Reminder.at).label("reminded_at"))
        .add_columns(_newest_reach().label("reached"))
        .join(ReleaseBody, ReleaseBody.release_id == Release.id)
        .join(first, first.c.advisory_id == Release.advisory_id)
        .group_by(Release.advisory_id, ReleaseBody.body_id)
    )


def _earliest(
    kind: type[Copy | Mailing | Answer | Reminder], at: orm.InstrumentedAttribute[Any]
) -> sa.ColumnElement[datetime]:
    """Select the earliest instant of a body's signs of one kind."""
    of_release = (
        sa.select(sa.func.min(at))
        .where(kind.release_id == ReleaseBody.release_id, kind.body_id == ReleaseBody.body_id)
        .correlate(ReleaseBody)
        .scalar_subquery()
    )
    return sa.func.min(of_release, type_=at.type)


def _sooner(one: sa.ColumnElement[datetime], other: sa.ColumnElement[datetime]) -> sa.ColumnElement[datetime]:
    """Select the earlier of two instants, either of which may be missing."""
    return sa.case((other.is_(None), one), (one <= other, one), else_=other)


def _newest_reach() -> sa.ScalarSelect[int]:
    """Select how many operators the body told last that it passed the notice on to."""
    told = orm.aliased(Release)
    return (
        sa.select(Dissemination.operators)
        .join(told, told.id == Dissemination.release_id)
        .where(told.advisory_id == Release.advisory_id, Dissemination.body_id == ReleaseBody.body_id)
        .order_by(Dissemination.told_at.desc(), Dissemination.id)
        .limit(1)
        .correlate(Release, ReleaseBody)
        .scalar_subquery()
    )


def _addressed(session: orm.Session, first: sa.Subquery) -> dict[uuid.UUID, set[str]]:
    """Return the sectors that the first release of each notice was addressed to."""
    rows = session.execute(
        sa.select(Release.advisory_id, AddressedSector.sector_code)
        .join(AddressedSector, AddressedSector.revision_id == Release.revision_id)
        .join(first, sa.and_(first.c.advisory_id == Release.advisory_id, first.c.at == Release.released_at))
    )
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    for advisory_id, code in rows:
        found[advisory_id].add(code)
    return found
