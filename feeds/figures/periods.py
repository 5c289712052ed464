"""Calendar years and quarters in Japan, as IPA reports by them, and days of somebody's own choice."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hub.core.clock import JST

WRITTEN = re.compile(r"([0-9]{4})(?:-Q([1-4]))?")
MONTHS = 3  # of a quarter
FIRST_YEAR, LAST_YEAR = 2017, 9000  # of the scheme; of what can be asked for
MOST_QUARTERS = 8  # beside each other in a table; what is longer is shown by years


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A year, or one quarter (1 to 4) of it; written `2026` or `2026-Q4`."""

    year: int
    quarter: int = 0

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}" if self.quarter else f"{self.year}"

    @property
    def address(self) -> dict[str, str]:
        """Return what asks for it in an address."""
        return {"period": str(self)}

    @property
    def first_month(self) -> int:
        """Return its first month, 1 to 12."""
        return MONTHS * (self.quarter - 1) + 1 if self.quarter else 1

    @property
    def begin(self) -> datetime:
        """Return its first instant."""
        return datetime(self.year, self.first_month, 1, tzinfo=JST)

    @property
    def end(self) -> datetime:
        """Return the first instant that is out of it."""
        if self.quarter in {0, 4}:
            return datetime(self.year + 1, 1, 1, tzinfo=JST)
        return datetime(self.year, self.first_month + MONTHS, 1, tzinfo=JST)


@dataclass(frozen=True, slots=True)
class Days:
    """The days from one to another in Japan, both included; written `2026-03-05_2026-04-10`."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first}_{self.last}"

    @property
    def address(self) -> dict[str, str]:
        """Return what asks for them in an address."""
        return {"since": self.first.isoformat(), "until": self.last.isoformat()}

    @property
    def begin(self) -> datetime:
        """Return their first instant."""
        return datetime.combine(self.first, time(), JST)

    @property
    def end(self) -> datetime:
        """Return the first instant that is out of them."""
        return datetime.combine(self.last + timedelta(days=1), time(), JST)


Span = Period | Days


def quarter_of(instant: datetime) -> Period:
    """Return the quarter in which an instant lies in Japan."""
    there = instant.astimezone(JST)
    return Period(there.year, (there.month - 1) // MONTHS + 1)


def year_of(instant: datetime) -> Period:
    """Return the year in which an instant lies in Japan."""
    return Period(instant.astimezone(JST).year)


def read(text: str) -> Period | None:
    """Return the period that is written so, or None for anything else."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    return Period(int(found[1]), int(found[2] or 0))


def periods(first: datetime, last: datetime) -> list[Period]:
    """Return every year from one instant's to another's with its quarters up to then, the latest first."""
    found: list[Period] = []
    for year in range(year_of(last).year, year_of(first).year - 1, -1):
        quarters = [Period(year, number) for number in (4, 3, 2, 1)]
        found += [Period(year), *(each for each in quarters if quarter_of(first) <= each <= quarter_of(last))]
    return found


def parts_of(span: Span) -> list[Period]:
    """Return the quarters that lie in a period, wholly or not; the years, where these would be too many."""
    if isinstance(span, Period):
        return [span] if span.quarter else [Period(span.year, number) for number in (1, 2, 3, 4)]
    last = span.end - timedelta(microseconds=1)
    every = sorted(periods(span.begin, last))
    quarters = [each for each in every if each.quarter]
    return quarters if len(quarters) <= MOST_QUARTERS else [each for each in every if not each.quarter]
