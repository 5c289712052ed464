"""What became of provisions: pairs of a notice and a body, added up for any group of them."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feeds.figures.shares import Share, median

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(slots=True)
class Pair:
    """One notice at one body, through all revisions that were addressed to it.

    `opened_at` is when the first receipt code, or else the first answer, came back; `is_overlooked` tells of
    an opening only after somebody had been reminded; `reached` counts the operators that the body passed it
    on to; `published_at` is None until the hour of publication. What follows from these is computed once:
    `head_start` is in days, from the first opening to publication, None where there was no lead.
    """

    published_at: datetime | None
    tracking_id: str
    body_id: uuid.UUID
    released_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None
    is_overlooked: bool
    reached: int
    is_answered_early: bool = field(init=False)
    head_start: float | None = field(init=False)
    hours_to_open: float | None = field(init=False)

    def __post_init__(self) -> None:
        opened, public = self.opened_at, self.published_at
        self.head_start = (public - opened) / DAY if opened and public and opened < public else None
        self.hours_to_open = (opened - self.released_at) / HOUR if opened else None
        self.is_answered_early = bool(self.answered_at and public and self.answered_at < public)


@dataclass(slots=True)
class Sums:
    """A group of pairs, added up; groups that share no pair can be added up further."""

    pairs: int = 0
    published: int = 0
    answered_early: int = 0
    overlooked: int = 0
    reached: int = 0
    notices: set[str] = field(default_factory=set)
    bodies: set[uuid.UUID] = field(default_factory=set)
    hours: list[float] = field(default_factory=list)
    head_starts: list[float] = field(default_factory=list)

    def add(self, pair: Pair) -> None:
        """Take one more pair in."""
        self.pairs += 1
        self.notices.add(pair.tracking_id)
        self.bodies.add(pair.body_id)
        self.reached += pair.reached
        if pair.published_at is not None:
            self.published += 1
            self.answered_early += pair.is_answered_early
        if pair.hours_to_open is not None:
            self.hours.append(pair.hours_to_open)
            self.overlooked += pair.is_overlooked
        if pair.head_start is not None:
            self.head_starts.append(pair.head_start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The figures of a group of pairs; shares before publication count what has been published only."""

    notices: int
    bodies: int
    opened: Share
    opened_early: Share
    answered_early: Share
    overlooked: Share
    head_start: float | None
    hours_to_open: float | None
    reached: int


def tally(pairs: Iterable[Pair]) -> Tally:
    """Add up a group; medians are of what was opened (the head start: before publication)."""
    sums = Sums()
    for each in pairs:
        sums.add(each)
    return total([sums])


def total(groups: Collection[Sums]) -> Tally:
    """Return the figures of groups together."""
    of, published = sum(each.pairs for each in groups), sum(each.published for each in groups)
    hours = [hour for each in groups for hour in each.hours]
    head_starts = [days for each in groups for days in each.head_starts]
    return Tally(
        notices=len(set[str]().union(*(each.notices for each in groups))),
        bodies=len(set[uuid.UUID]().union(*(each.bodies for each in groups))),
        opened=Share(count=len(hours), of=of),
        opened_early=Share(count=len(head_starts), of=published),
        answered_early=Share(count=sum(each.answered_early for each in groups), of=published),
        overlooked=Share(count=sum(each.overlooked for each in groups), of=of),
        head_start=median(head_starts),
        hours_to_open=median(hours),
        reached=sum(each.reached for each in groups),
    )
