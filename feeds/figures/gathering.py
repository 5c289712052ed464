"""All figures of a period: as staff see them, and as a body does."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from feeds.delivery import queries as deliveries
from feeds.figures import queries
from feeds.figures.answered import Answered, answered, asked_in, bodies_behind
from feeds.figures.periods import Period, Span, parts_of
from feeds.figures.queries import Provision
from feeds.figures.shares import Share
from feeds.figures.suppression import FEWEST, hidden
from feeds.figures.tally import Pair, Sums, Tally, tally, total
from feeds.surveys.models import Kind
from sectors.bodies.models import Body
from sectors.catalogue import queries as catalogue
from sectors.catalogue.models import Sector


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures as IPA and the coordinators see them.

    `provided` counts first releases by sector in each part (quarter or year) of the period, "" for all.
    """

    period: Span
    whole: Tally
    by_sector: Sequence[tuple[Sector, Tally]]
    by_notice: Sequence[tuple[Provision, datetime | None, Tally]]
    provided: Mapping[Period, Counter[str]]
    answered: Mapping[Kind, Answered]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAnswered:
    """What the organisations of a body answered, beside those of all bodies, unless that is withheld."""

    own: Answered
    all_bodies: Answered | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNotice:
    """A notice as the body had it, and how many of all bodies opened it early, unless that is withheld."""

    pair: Pair
    all_bodies: Share | None
    is_withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFigures:
    """Figures as a body sees them; `all_bodies` counts what is public, and is None where it is withheld."""

    period: Span
    own: Tally
    all_bodies: Tally | None
    notices: Sequence[OwnNotice]
    answered: Mapping[Kind, OwnAnswered]


def gathered(session: orm.Session, period: Span, *, sector: str = "", now: datetime) -> Figures:
    """Return the figures of every body, or of those of one sector; nothing is withheld."""
    provisions = [
        each for each in queries.provisions(session, period) if not sector or sector in each.sectors
    ]
    came_out = queries.published(session, period, now=now)
    sums = _summed(session, queries.pairs(session, period, came_out), provisions, sector=sector)
    return Figures(
        period=period,
        whole=total(sums.values()),
        by_sector=[
            (each, total(those))
            for each in catalogue.every_sector(session)
            if (those := [found for (_notice, codes), found in sums.items() if each.code in codes])
            and (not sector or each.code == sector)
        ],
        by_notice=[
            (each, came_out.get(each.tracking_id), total(_of_notice(sums, each))) for each in provisions
        ],
        provided={part: _provided_in(part, provisions) for part in parts_of(period)},
        answered={kind: answered(session, asked_in(period, kind, sector=sector)) for kind in Kind},
    )


def whole(session: orm.Session, period: Span, *, now: datetime) -> Tally:
    """Return the figures of everybody, and nothing by sector or notice."""
    return tally(queries.pairs(session, period, queries.published(session, period, now=now)))


def of_body(session: orm.Session, body: Body, period: Span, *, now: datetime) -> OwnFigures:
    """Return a body's own figures, and those of all bodies together as far as nobody else is told of.

    Only what has arrived at the body, and what it may read now, is listed. Of a period that is no whole year
    nothing of others is told: what two of them that overlap tell could be subtracted.
    """
    arrived = {each.tracking_id for each in deliveries.received(session, body, now=now)}
    every = queries.pairs(session, period, queries.published(session, period, now=now))
    mine = (each for each in every if each.body_id == body.id and each.tracking_id in arrived)
    own = sorted(mine, key=lambda each: (each.released_at, each.tracking_id))
    is_told = tells_of_others(period)
    public = [each for each in every if each.published_at is not None] if arrived and is_told else []
    by_notice: dict[str, list[Pair]] = defaultdict(list)
    for each in public:
        by_notice[each.tracking_id].append(each)
    behind = {notice: {each.body_id for each in those} - {body.id} for notice, those in by_notice.items()}
    listed = {each.tracking_id for each in own}
    unlisted = set[uuid.UUID]().union(*(behind[notice] for notice in behind.keys() - listed))
    kept_back = hidden({notice: behind.get(notice, set()) for notice in listed}, unlisted=unlisted)
    return OwnFigures(
        period=period,
        own=tally(own),
        all_bodies=tally(public) if len(unlisted.union(*behind.values())) >= FEWEST else None,
        notices=[
            OwnNotice(
                pair=each,
                all_bodies=tally(by_notice.get(each.tracking_id, [])).opened_early,
                is_withheld=not is_told or each.tracking_id in kept_back,
            )
            for each in own
        ],
        answered={kind: _own_answered(session, body, period, kind) for kind in Kind} if arrived else {},
    )


def _own_answered(session: orm.Session, body: Body, period: Span, kind: Kind) -> OwnAnswered:
    is_told = tells_of_others(period) and len(bodies_behind(session, period, kind) - {body.id}) >= FEWEST
    return OwnAnswered(
        own=answered(session, asked_in(period, kind, body_id=body.id)),
        all_bodies=answered(session, asked_in(period, kind)) if is_told else None,
    )


def tells_of_others(period: Span) -> bool:
    """Tell whether a body may be told of all bodies in a period: in whole years, which never overlap."""
    return isinstance(period, Period) and not period.quarter


def _summed(
    session: orm.Session, pairs: Iterable[Pair], provisions: Collection[Provision], *, sector: str
) -> dict[tuple[str, frozenset[str]], Sums]:
    """Add up pairs by notice and the sectors for which the body had it: each pair is in one such group."""
    addressed = {each.tracking_id: each.sectors for each in provisions}
    of_bodies = queries.sectors_of_bodies(session)
    found = defaultdict[tuple[str, frozenset[str]], Sums](Sums)
    for pair in pairs:
        if pair.tracking_id in addressed:
            codes = addressed[pair.tracking_id] & of_bodies.get(pair.body_id, frozenset())
            if not sector or sector in codes:
                found[pair.tracking_id, codes].add(pair)
    return found


def _of_notice(sums: Mapping[tuple[str, frozenset[str]], Sums], provision: Provision) -> list[Sums]:
    return [found for (notice, _codes), found in sums.items() if notice == provision.tracking_id]


def _provided_in(part: Period, provisions: Collection[Provision]) -> Counter[str]:
    inside = [each for each in provisions if part.begin <= each.released_at < part.end]
    return Counter({"": len(inside)}) + Counter(code for each in inside for code in each.sectors)
