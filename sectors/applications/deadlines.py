"""By when an application is to be reviewed: in working days, which weekends and public holidays are not."""

from datetime import date, datetime, timedelta

from hub.core.clock import JST
from hub.core.holidays import is_closed

DAY = timedelta(days=1)


def review_due(submitted_at: datetime, *, days: int) -> date:
    """Return the last day of the review, so many working days after the day of filing in Japan."""
    day = submitted_at.astimezone(JST).date()
    for _ in range(days):
        day += DAY
        while is_closed(day):
            day += DAY
    return day
