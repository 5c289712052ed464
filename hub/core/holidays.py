"""Days on which the state's offices in Japan are closed."""

from datetime import date

import jpholiday

SATURDAY = 5
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 2), (1, 3)})


def is_closed(day: date) -> bool:
    """Tell whether the state's offices are closed on a day in Japan."""
    at_year_end = (day.month, day.day) in YEAR_END
    return day.weekday() >= SATURDAY or at_year_end or bool(jpholiday.is_holiday(day))
