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
from feeds.figures.periods import Period
from feeds.figures.tally import Pair
from feeds.matters.models import Matter, PublicationClock
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


def provisions(session: orm.Session, period: Period | None) -> list[Provision]:
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


def pairs(
    session: orm.Session, period: Period | None, *, now: datetime, body_id: uuid.UUID | None = None
) -> list[Pair]:
    """Return each notice of a period at each body, or at one.

    What is not public yet has no such instant; nor has what was withdrawn, unless it came out all the same.
    """
    base = _base(_first(period), body_id).subquery()
    opened = _earliest(_openings())
    answered = _earliest(sa.select(Answer.release_id, Answer.body_id, Answer.answered_at.label("at")))
    reminded = _earliest(sa.select(Reminder.release_id, Reminder.body_id, Reminder.at.label("at")))
    reached = _newest_reach()
    planned = sa.case((Advisory.state != State.WITHDRAWN, PublicationClock.publication_at))
    public = sa.func.coalesce(PublicationClock.public_since, planned)
    statement = (
        sa.select(Matter.tracking_id, base.c.body_id, base.c.released_at)
        .add_columns(sa.case((public <= now, public)).label("published_at"))
        .add_columns(opened.c.at.label("opened_at"), answered.c.at.label("answered_at"))
        .add_columns(reminded.c.at.label("reminded_at"), sa.func.coalesce(reached.c.operators, 0))
        .join(Advisory, Advisory.id == base.c.advisory_id)
        .join(Matter, Matter.id == Advisory.matter_id)
        .join(PublicationClock, PublicationClock.matter_id == Matter.id)
    )
    for each in (opened, answered, reminded, reached):
        same = sa.and_(each.c.advisory_id == base.c.advisory_id, each.c.body_id == base.c.body_id)
        statement = statement.outerjoin(each, same)
    ordered = statement.order_by(base.c.released_at, Matter.tracking_id)
    return [Pair(*row) for row in session.connection().execute(ordered)]  # without what the ORM does to rows


def sectors_of_bodies(session: orm.Session) -> Mapping[uuid.UUID, frozenset[str]]:
    """Return the sectors that each body serves."""
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    for body_id, code in session.execute(sa.select(BodySector.body_id, BodySector.sector_code)):
        found[body_id].add(code)
    return {body_id: frozenset(codes) for body_id, codes in found.items()}


def _first(period: Period | None) -> sa.Subquery:
    """Select the first release of every notice that lies in a period."""
    at = sa.func.min(Release.released_at)
    found = sa.select(Release.advisory_id, at.label("at")).group_by(Release.advisory_id)
    if period is not None:
        found = found.having(at >= period.begin, at < period.end)
    return found.subquery()


def _base(first: sa.Subquery, body_id: uuid.UUID | None) -> sa.Select[Any]:
    found = (
        sa.select(Release.advisory_id, ReleaseBody.body_id)
        .add_columns(sa.func.min(Release.released_at).label("released_at"))
        .join(ReleaseBody, ReleaseBody.release_id == Release.id)
        .join(first, first.c.advisory_id == Release.advisory_id)
        .group_by(Release.advisory_id, ReleaseBody.body_id)
    )
    return found if body_id is None else found.where(ReleaseBody.body_id == body_id)


def _openings() -> sa.CompoundSelect[Any]:
    """Select every sign that somebody of a body has read a release: a receipt code, or an answer."""
    signs = ((Copy, Copy.opened_at), (Mailing, Mailing.opened_at), (Answer, Answer.answered_at))
    return sa.union_all(
        *(
            sa.select(kind.release_id, kind.body_id, at.label("at")).where(at.is_not(None))
            for kind, at in signs
        )
    )


def _earliest(told: sa.SelectBase) -> sa.Subquery:
    """Select the earliest instant by notice and body, through all revisions."""
    each = told.subquery()
    return (
        sa.select(Release.advisory_id, each.c.body_id, sa.func.min(each.c.at).label("at"))
        .join(Release, Release.id == each.c.release_id)
        .group_by(Release.advisory_id, each.c.body_id)
        .subquery()
    )


def _newest_reach() -> sa.Subquery:
    """Select how many operators each body told last that it passed each notice on to."""
    place = sa.func.row_number().over(
        partition_by=(Release.advisory_id, Dissemination.body_id),
        order_by=(Dissemination.told_at.desc(), Dissemination.id),
    )
    told = (
        sa.select(Release.advisory_id, Dissemination.body_id, Dissemination.operators)
        .add_columns(place.label("place"))
        .join(Release, Release.id == Dissemination.release_id)
        .subquery()
    )
    return sa.select(told).where(told.c.place == 1).subquery()


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
