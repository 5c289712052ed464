"""What became of provisions: pairs of a notice and a body, added up for any group of them."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds.figures.shares import Share, median

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One notice at one body, through all revisions that were addressed to it.

    `opened_at` is when the first receipt code, or else the first answer, came back; `published_at` is None
    until the hour of publication; `reached` counts the operators that the body passed it on to.
    """

    advisory_id: uuid.UUID
    tracking_id: str
    body_id: uuid.UUID
    released_at: datetime
    published_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    reminded_at: datetime | None
    reached: int

    @property
    def is_opened_early(self) -> bool:
        """Tell whether it was opened before publication."""
        return self._is_early(self.opened_at)

    @property
    def is_answered_early(self) -> bool:
        """Tell whether it was answered before publication."""
        return self._is_early(self.answered_at)

    @property
    def is_overlooked(self) -> bool:
        """Tell whether it was opened only after somebody had been reminded."""
        return bool(self.opened_at and self.reminded_at and self.reminded_at < self.opened_at)

    @property
    def head_start(self) -> float | None:
        """Return the days between the first opening and publication, None where there was no lead."""
        if self.opened_at is None or self.published_at is None or not self.is_opened_early:
            return None
        return (self.published_at - self.opened_at) / DAY

    @property
    def hours_to_open(self) -> float | None:
        """Return the hours from release to the first opening."""
        return None if self.opened_at is None else (self.opened_at - self.released_at) / HOUR

    def _is_early(self, at: datetime | None) -> bool:
        return at is not None and self.published_at is not None and at < self.published_at


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
    published = [each for each in pairs if each.published_at is not None]
    opened = [each for each in pairs if each.opened_at is not None]
    return Tally(
        notices=len({each.advisory_id for each in pairs}),
        bodies=len({each.body_id for each in pairs}),
        opened=Share(count=len(opened), of=len(pairs)),
        opened_early=Share(count=sum(each.is_opened_early for each in published), of=len(published)),
        answered_early=Share(count=sum(each.is_answered_early for each in published), of=len(published)),
        overlooked=Share(count=sum(each.is_overlooked for each in pairs), of=len(pairs)),
        head_start=median([days for each in published if (days := each.head_start) is not None]),
        hours_to_open=median([hours for each in opened if (hours := each.hours_to_open) is not None]),
        reached=sum(each.reached for each in pairs),
    )
