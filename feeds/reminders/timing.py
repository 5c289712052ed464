"""When a reminder is due: pure arithmetic of hours, business days and quiet hours in Japan.

What is urgent is counted in hours and knows no rest. Anything else is counted in business days and waits
for an open hour. Closed days are those of the administrative organs of the state (行政機関の休日に関する
法律, article 1): Saturdays, Sundays, national holidays, 29 December to 3 January.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from feeds.formats.content import Kind
from feeds.reminders.states import Stage
from hub.core.clock import JST
from hub.core.holidays import is_closed

STAGES = tuple(Stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When each stage follows on the release: in hours if urgent, else in business days."""

    urgent: bool
    first: int
    second: int
    deputy: int
    call: int

    def after(self, stage: Stage) -> int:
        """Return how many hours or business days the stage waits."""
        return {
            Stage.FIRST: self.first,
            Stage.SECOND: self.second,
            Stage.DEPUTY: self.deputy,
            Stage.CALL: self.call,
        }[stage]


_URGENT = Rule(urgent=True, first=4, second=8, deputy=12, call=16)
_CALM = Rule(urgent=False, first=1, second=3, deputy=4, call=5)
DEFAULTS = {
    Kind.NEW: _URGENT,
    Kind.UPDATE: _URGENT,
    Kind.CORRECTION: _URGENT,
    Kind.DATE: _CALM,
    Kind.WITHDRAWN: _CALM,
    Kind.LIFTED: _CALM,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """From `begins` to `ends` (hours in Japan, over midnight if need be) and, if so set, on closed days."""

    begins: int = 22
    ends: int = 7
    closed_days: bool = True

    def is_open(self, instant: datetime) -> bool:
        """Tell whether somebody may be reminded of what is not urgent."""
        local = instant.astimezone(JST)
        return not self._is_night(local.hour) and not (self.closed_days and is_closed(local.date()))

    def _is_night(self, hour: int) -> bool:
        if self.begins <= self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends

    def next_open(self, instant: datetime) -> datetime:
        """Return this instant if it is open, else the full hour at which it opens next."""
        if self.is_open(instant):
            return instant
        hour = instant.astimezone(JST).replace(minute=0, second=0, microsecond=0)
        while not self.is_open(hour):
            hour += timedelta(hours=1)
        return hour.astimezone(instant.tzinfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A stage and the instant from which on it is due."""

    stage: Stage
    at: datetime


def due_at(rule: Rule, stage: Stage, *, since: datetime, quiet: Quiet) -> datetime:
    """Return when a stage is due for a notice that was released at `since`."""
    if rule.urgent:
        return since + timedelta(hours=rule.after(stage))
    return quiet.next_open(_business_days_later(since, rule.after(stage)))


def due(
    rule: Rule, *, since: datetime, done: Collection[Stage], quiet: Quiet, now: datetime
) -> tuple[Stage, ...]:
    """Return what is to be done now: each stage once, none after a later one.

    After an outage several are due at once; the contacts are then reminded once, not twice.
    """
    late = [stage for stage in _left(done) if due_at(rule, stage, since=since, quiet=quiet) <= now]
    if Stage.SECOND in late:
        late = [stage for stage in late if stage is not Stage.FIRST]
    return tuple(late) if rule.urgent or quiet.is_open(now) else ()


def next_due(rule: Rule, *, since: datetime, done: Collection[Stage], quiet: Quiet) -> Due | None:
    """Return the stage that comes next and when, or None after the last one."""
    left = _left(done)
    return Due(stage=left[0], at=due_at(rule, left[0], since=since, quiet=quiet)) if left else None


def _left(done: Collection[Stage]) -> tuple[Stage, ...]:
    last = max((STAGES.index(stage) for stage in done), default=-1)
    return STAGES[last + 1 :]


def _business_days_later(since: datetime, days: int) -> datetime:
    local = since.astimezone(JST)
    day = local.date()
    for _ in range(days):
        day += timedelta(days=1)
        while is_closed(day):
            day += timedelta(days=1)
    return datetime.combine(day, time(local.hour, local.minute, local.second), JST).astimezone(since.tzinfo)
