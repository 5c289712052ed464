"""What stands where: each notice at each body, judged by the database, a page at a time."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories.models import Advisory, Release, ReleaseBody
from feeds.delivery.models import Copy, Mailing
from feeds.formats.content import Kind
from feeds.matters.models import Matter
from feeds.receipts import queries as receipts
from feeds.receipts.models import Answer, Dissemination
from feeds.receipts.queries import OVER, Recipient
from feeds.receipts.states import ANSWERED, RANK, Step
from feeds.reminders import queries as reminders
from feeds.reminders.states import Stage
from feeds.reminders.timing import Due, next_due
from hub.core.paging import Paged, turned
from sectors.bodies.models import Body, BodySector
from sectors.bodies.states import State as BodyState

WAITING = frozenset({Step.PROMISED, Step.HELD})
ALARMING = frozenset({Step.HELD, Step.REFUSED, Step.BOUNCED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a coordinator wants to see; empty means all."""

    tracking_id: str = ""
    step: Step | None = None
    sector: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One notice at one body; `next_due` is None where nothing more is due.

    `has_left`: the body has left before anything of it was handed over, and so nothing of it waits any more.
    """

    release_id: uuid.UUID
    body: Body
    tracking_id: str
    revision: int
    kind: Kind
    released_at: datetime
    step: Step
    is_overtaken: bool
    has_left: bool
    recipients: tuple[Recipient, ...]
    stages: Mapping[Stage, datetime]
    next_due: Due | None

    @property
    def alarms(self) -> dict[tuple[Step, str | None], list[str | None]]:
        """Return the recipients that somebody must see to, by what is wrong with them and why."""
        found: dict[tuple[Step, str | None], list[str | None]] = {}
        for each in self.recipients:
            if each.step in ALARMING:
                found.setdefault((each.step, each.reason), []).append(each.name)
        return found


def board(session: orm.Session, filters: Filters, *, page: int, now: datetime) -> Paged[Line]:
    """Return a page of the board; what is unanswered and not overtaken stands first, the oldest on top."""
    rows = _filtered(filters)
    ordered = rows.order_by(*_order(rows))
    return turned(session, ordered, page=page, read=lambda found: _lines(session, found, now=now))


def line(session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID, *, now: datetime) -> Line | None:
    """Return one notice at one body, or None if it is not addressed to it."""
    rows = _rows().where(ReleaseBody.release_id == release_id, ReleaseBody.body_id == body_id)
    found = _lines(session, session.execute(rows).all(), now=now)
    return found[0] if found else None


def _filtered(filters: Filters) -> sa.Select[Any]:
    rows = _rows()
    if filters.tracking_id:
        rows = rows.where(Matter.tracking_id == filters.tracking_id)
    if filters.step is not None:
        rows = rows.where(rows.selected_columns.rank == RANK[filters.step])
    if filters.sector:
        serving = sa.select(BodySector.body_id).where(BodySector.sector_code == filters.sector)
        rows = rows.where(ReleaseBody.body_id.in_(serving))
    return rows


def _rows() -> sa.Select[Any]:
    """Select each (release, body) with the rank of its step and whether a newer revision overtook it."""
    mails = _furthest_mail()
    copy = sa.func.coalesce(receipts.rank_of(Copy), 0)
    mail = sa.func.coalesce(mails.c.rank, 0)
    rank = sa.case(
        (_exists(Dissemination), RANK[Step.DISSEMINATED]),
        (_exists(Answer), RANK[Step.ANSWERED]),
        (copy >= mail, copy),
        else_=mail,
    )
    here = sa.and_(Copy.release_id == ReleaseBody.release_id, Copy.body_id == ReleaseBody.body_id)
    there = sa.and_(mails.c.release_id == ReleaseBody.release_id, mails.c.body_id == ReleaseBody.body_id)
    return (
        sa.select(ReleaseBody.release_id, ReleaseBody.body_id, Matter.tracking_id)
        .add_columns(Release.revision, Release.kind, Release.released_at)
        .add_columns(rank.label("rank"), reminders.overtaken().label("overtaken"))
        .join(Release, Release.id == ReleaseBody.release_id)
        .join(Advisory, Advisory.id == Release.advisory_id)
        .join(Matter, Matter.id == Advisory.matter_id)
        .outerjoin(Copy, sa.and_(here, Copy.state.not_in(OVER)))
        .outerjoin(mails, there)
    )


def _furthest_mail() -> sa.Subquery:
    return (
        sa.select(Mailing.release_id, Mailing.body_id)
        .add_columns(sa.func.max(receipts.rank_of(Mailing)).label("rank"))
        .where(Mailing.state.not_in(OVER))
        .group_by(Mailing.release_id, Mailing.body_id)
        .subquery()
    )


def _exists(told: type[Answer] | type[Dissemination]) -> sa.Exists:
    return (
        sa.select(told.id)
        .where(told.release_id == ReleaseBody.release_id, told.body_id == ReleaseBody.body_id)
        .correlate(ReleaseBody)
        .exists()
    )


def _order(rows: sa.Select[Any]) -> tuple[Any, ...]:
    columns = rows.selected_columns
    gone = sa.select(Body.id).where(Body.state == BodyState.LEFT)
    settled = sa.or_(columns.rank >= RANK[Step.ANSWERED], columns.overtaken, ReleaseBody.body_id.in_(gone))
    return (
        sa.case((settled, 1), else_=0),
        sa.case((settled, None), else_=columns.released_at),
        columns.released_at.desc(),
        columns.tracking_id,
        ReleaseBody.body_id,
    )


def _lines(session: orm.Session, rows: Sequence[sa.Row[Any]], *, now: datetime) -> list[Line]:
    releases, bodies = {row.release_id for row in rows}, {row.body_id for row in rows}
    known = {each.id: each for each in session.scalars(sa.select(Body).where(Body.id.in_(bodies)))}
    to = receipts.recipients(session, releases, bodies)
    done = reminders.stages_of(session, releases, bodies)
    rules, quiet = reminders.rules(session), reminders.quiet(session)
    standings = audience.standings(session, known.values(), now=now)
    stands = {body_id: each.ok for body_id, each in standings.items()}

    def due(row: sa.Row[Any], step: Step, stages: Mapping[Stage, datetime]) -> Due | None:
        if step in ANSWERED or row.overtaken or not stands[row.body_id]:
            return None
        return next_due(rules[row.kind], since=row.released_at, done=stages.keys(), quiet=quiet)

    return [
        Line(
            release_id=row.release_id,
            body=known[row.body_id],
            tracking_id=row.tracking_id,
            revision=row.revision,
            kind=row.kind,
            released_at=row.released_at,
            step=step,
            is_overtaken=bool(row.overtaken),
            has_left=known[row.body_id].state is BodyState.LEFT and step in WAITING,
            recipients=tuple(to[row.release_id, row.body_id]),
            stages=stages,
            next_due=due(row, step, stages),
        )
        for row in rows
        for step in [tuple(Step)[row.rank]]
        for stages in [done.get((row.release_id, row.body_id), {})]
    ]
