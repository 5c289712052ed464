"""The year's clock, and what happens when: events in the order of their instants."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

Event = Callable[[], None]


@dataclass(slots=True)
class Calendar:
    """A clock that stands still until the next event; it never goes back. `told` hears of every move."""

    now: datetime
    told: Callable[[datetime], object] = lambda _now: None
    _coming: list[tuple[datetime, int, Event]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    def __call__(self) -> datetime:
        """Return the present instant of the play."""
        return self.now

    def at(self, instant: datetime, event: Event) -> None:
        """Let something happen at an instant, or right away if that has passed."""
        heapq.heappush(self._coming, (max(instant, self.now), next(self._order), event))

    def run(self, *, until: datetime) -> None:
        """Let everything happen that comes before an instant, and stop there."""
        while self._coming and self._coming[0][0] < until:
            instant, _, event = heapq.heappop(self._coming)
            self._move(instant)
            event()
        self._move(until)

    def _move(self, instant: datetime) -> None:
        self.now = instant
        self.told(instant)
