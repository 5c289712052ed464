"""Time as people and machines read it."""

from datetime import UTC, datetime, timedelta

from hub.core.clock import both_zones, rfc3339, system_clock


def test_the_clock_gives_aware_utc() -> None:
    assert system_clock().utcoffset() == timedelta(0)


def test_people_read_japanese_time_first_and_utc_beside_it() -> None:
    at = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    assert both_zones(at) == "2027-01-01 00:30 JST (2026-12-31 15:30 UTC)"


def test_machines_read_utc_with_microseconds() -> None:
    assert rfc3339(datetime(2026, 11, 20, 1, 0, tzinfo=UTC)) == "2026-11-20T01:00:00.000000Z"
