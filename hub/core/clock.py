"""Time: read once at the edge, in UTC, and handed in as a value from there on."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")


def system_clock() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def both_zones(instant: datetime) -> str:
    """Write an instant as people of the scheme read it: JST first, UTC beside it."""
    jst = instant.astimezone(JST)
    utc = instant.astimezone(UTC)
    return f"{jst:%Y-%m-%d %H:%M} JST ({utc:%Y-%m-%d %H:%M} UTC)"


def rfc3339(instant: datetime) -> str:
    """Write an instant in UTC with microseconds, as STIX and TAXII write it (RFC 3339)."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
