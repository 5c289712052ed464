"""What became of provisions: pairs of a notice and a body, added up for any group of them."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feeds.figures.shares import Share, median

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(slots=True)
class Pair:
    """One notice at one body, through all revisions that were addressed to it.

    `opened_at` is when the first receipt code, or else the first answer, came back; `published_at` is None
    until the hour of publication; `reached` counts the operators that the body passed it on to. What follows
    from these is computed once: `head_start` is in days, from the first opening to publication, None where
    there was no lead; `is_overlooked` tells of an opening only after somebody had been reminded.
    """

    tracking_id: str
    body_id: uuid.UUID
    released_at: datetime
    published_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    reminded_at: datetime | None
    reached: int
    is_opened_early: bool = field(init=False)
    is_answered_early: bool = field(init=False)
    is_overlooked: bool = field(init=False)
    head_start: float | None = field(init=False)
    hours_to_open: float | None = field(init=False)

    def __post_init__(self) -> None:
        opened, public = self.opened_at, self.published_at
        self.head_start = (public - opened) / DAY if opened and public and opened < public else None
        self.hours_to_open = (opened - self.released_at) / HOUR if opened else None
        self.is_opened_early = self.head_start is not None
        self.is_answered_early = bool(self.answered_at and public and self.answered_at < public)
        self.is_overlooked = bool(opened and self.reminded_at and self.reminded_at < opened)


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


def tally(pairs: Collection[Pair]) -> Tally:
    """Add up a group; medians are of what was opened (the head start: before publication)."""
    published = sum(each.published_at is not None for each in pairs)
    hours = [each.hours_to_open for each in pairs if each.hours_to_open is not None]
    return Tally(
        notices=len({each.tracking_id for each in pairs}),
        bodies=len({each.body_id for each in pairs}),
        opened=Share(count=len(hours), of=len(pairs)),
        opened_early=Share(count=sum(each.is_opened_early for each in pairs), of=published),
        answered_early=Share(count=sum(each.is_answered_early for each in pairs), of=published),
        overlooked=Share(count=sum(each.is_overlooked for each in pairs), of=len(pairs)),
        head_start=median([each.head_start for each in pairs if each.head_start is not None]),
        hours_to_open=median(hours),
        reached=sum(each.reached for each in pairs),
    )
