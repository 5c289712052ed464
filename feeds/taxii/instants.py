"""Instants as the store keeps them: whole microseconds since 1970, exact and ordered on every database."""

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FORM = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def to_micros(instant: datetime) -> int:
    """Return an aware instant as microseconds since 1970."""
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the instant, aware, in UTC."""
    return EPOCH + micros * MICROSECOND


def parse(text: str) -> int:
    """Read an RFC 3339 instant with 0 to 6 fractional digits, as microseconds since 1970.

    Raises:
        ValueError: the text has another form, or names no instant.

    """
    if not FORM.fullmatch(text):
        raise ValueError("not an RFC 3339 instant")
    return to_micros(datetime.fromisoformat(text))
