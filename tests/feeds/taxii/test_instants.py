from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.taxii import instants
from hub.core.clock import rfc3339


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_an_instant_survives_being_written_read_and_counted(instant: datetime) -> None:
    assert instants.from_micros(instants.parse(rfc3339(instant))) == instant


@pytest.mark.parametrize("digits", range(7))
def test_zero_to_six_fractional_digits_are_read(digits: int) -> None:
    fraction = f".{'123456'[:digits]}" if digits else ""
    micros = int("123456"[:digits].ljust(6, "0")) if digits else 0
    read = instants.from_micros(instants.parse(f"2026-11-20T01:00:00{fraction}Z"))
    assert read == datetime(2026, 11, 20, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def test_an_offset_is_another_way_to_write_the_same_instant() -> None:
    assert instants.parse("2026-11-20T10:00:00+09:00") == instants.parse("2026-11-20T01:00:00Z")


def test_the_ends_of_the_calendar_do_not_break_it() -> None:
    assert instants.parse("0001-01-01T00:00:00+09:00") < instants.parse("0001-01-01T00:00:00Z")
    assert instants.parse("9999-12-31T23:59:59-09:00") > instants.parse("9999-12-31T23:59:59Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-20",
        "2026-11-20T01:00:00",
        "2026-11-20 01:00:00Z",
        "2026-11-20T01:00:00.Z",
        "2026-11-20T01:00:00.1234567Z",
        "2026-11-20T01:00:00Z\n",
        "2026-13-20T01:00:00Z",
        "2026-11-20T24:00:01Z",
        "2026-11-20T01:00:00+99:99",
        "0000-01-01T00:00:00Z",
        "２０２６-11-20T01:00:00Z",
        "20261120T010000Z",
        "1763600400",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        instants.parse(text)
