"""Shares, medians, periods and what is withheld: functions of values alone."""

import itertools
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.figures.charts import COLUMNS, FULL, Datum, chart
from feeds.figures.periods import Days, Period, parts_of, periods, quarter_of, read
from feeds.figures.shares import Share, median, shares
from feeds.figures.suppression import FEWEST, hidden

INSTANTS = st.timedeltas(timedelta(0), timedelta(days=15_000)).map(
    lambda after: datetime(2017, 1, 1, tzinfo=UTC) + after
)
BODIES = st.frozensets(st.integers(0, 7))


@pytest.mark.parametrize(
    ("counts", "percents"),
    [
        ((6, 2, 1, 5), ["42.9", "14.3", "7.1", "35.7"]),
        ((27, 46, 15), ["30.7", "52.3", "17.0"]),
        ((73, 15), ["83.0", "17.0"]),
        ((0, 0), ["", ""]),
    ],
)
def test_the_report_s_counts_give_the_report_s_percentages(
    counts: tuple[int, ...], percents: list[str]
) -> None:
    found = shares(dict(enumerate(counts)), range(len(counts)))
    assert [each.percent for each in found.values()] == percents


@given(st.integers(1, 100_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_percentage_is_never_more_than_half_a_tenth_off(so_many: tuple[int, int]) -> None:
    count, of = so_many
    share = Share(count=count, of=of)
    assert abs(Fraction(share.percent) - Fraction(100 * count, of)) <= Fraction(1, 20)


@given(st.lists(st.integers(-50, 50), min_size=1))
def test_half_of_the_values_lie_on_either_side_of_the_median(values: list[int]) -> None:
    middle = median(values)
    assert middle is not None
    assert sum(each <= middle for each in values) * 2 >= len(values)
    assert sum(each >= middle for each in values) * 2 >= len(values)


@given(INSTANTS)
def test_an_instant_lies_in_its_quarter_and_in_no_other_of_its_year(at: datetime) -> None:
    own = quarter_of(at)
    year = [Period(own.year, number) for number in (1, 2, 3, 4)]
    assert [each for each in year if each.begin <= at < each.end] == [own]
    assert Period(own.year).begin <= at < Period(own.year).end


@given(INSTANTS, INSTANTS)
def test_every_period_that_is_offered_can_be_read_back(one: datetime, other: datetime) -> None:
    offered = periods(min(one, other), max(one, other))
    assert [read(str(each)) for each in offered] == offered
    assert quarter_of(one) in offered
    assert quarter_of(other) in offered


@pytest.mark.parametrize("text", ["", "2026-Q5", "2026-Q0", "99999", "1999", "2026-q1", "2026-Q1 x"])
def test_what_is_no_period_is_read_as_none(text: str) -> None:
    assert read(text) is None


@given(st.dictionaries(st.integers(), BODIES, max_size=6), BODIES)
def test_no_sum_of_what_is_shown_leaves_fewer_than_three_bodies(
    rows: dict[int, frozenset[int]], unlisted: frozenset[int]
) -> None:
    everybody = unlisted.union(*rows.values())
    shown = {
        key: behind for key, behind in rows.items() if behind and key not in hidden(rows, unlisted=unlisted)
    }
    assert all(len(behind) >= FEWEST for behind in shown.values())
    if len(everybody) < FEWEST:
        return  # then the total is not shown, either
    for size in range(len(shown) + 1):
        for taken in itertools.combinations(shown, size):
            left = [behind for key, behind in rows.items() if key not in taken]
            behind_the_rest = unlisted.union(*left)
            assert not behind_the_rest or len(behind_the_rest) >= FEWEST


def test_what_everybody_may_know_is_not_withheld() -> None:
    rows = {1: frozenset({1, 2, 3}), 2: frozenset({4, 5, 6}), 3: frozenset[int]()}
    assert hidden(rows) == frozenset()


def test_a_lonely_row_takes_the_smallest_other_one_with_it() -> None:
    rows = {1: frozenset({1}), 2: frozenset({2, 3, 4}), 3: frozenset({5, 6, 7, 8})}
    assert hidden(rows) == {1, 2}


@given(st.lists(st.floats(0, 100), min_size=1, max_size=9))
def test_no_bar_leaves_its_chart(sizes: list[float]) -> None:
    data = [Datum(label=str(place), size=size, text=f"{size}") for place, size in enumerate(sizes)]
    drawn = chart("sizes", "Sizes", data, most=100.0)
    assert all(0 <= bar.length <= FULL for bar in drawn.bars)
    assert all(bar.bar_y + drawn.thickness <= drawn.height for bar in drawn.bars)
    assert all(each.text in drawn.told for each in data)


def test_a_chart_of_nothing_has_no_bar() -> None:
    assert chart("none", "None", [], most=0.0).bars == ()
    [bar] = chart("zero", "Zero", [Datum(label="x", size=0, text="0")], most=0.0).bars
    assert bar.length == 0


def test_a_quarter_begins_at_midnight_in_japan() -> None:
    assert quarter_of(datetime(2026, 9, 30, 15, 0, tzinfo=UTC)) == Period(2026, 4)
    assert quarter_of(datetime(2026, 9, 30, 15, 0, tzinfo=UTC) - timedelta(microseconds=1)) == Period(2026, 3)


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), max_size=200))
def test_a_long_label_is_broken_and_nothing_of_it_is_lost(label: str) -> None:
    [bar] = chart("long", "Long", [Datum(label=label, size=1, text="1")], most=1).bars
    assert all(len(line) <= COLUMNS for line, _y in bar.lines)
    assert "".join("".join(line for line, _y in bar.lines).split()) == "".join(label.split())
    assert bar.bar_y > max(y for _line, y in bar.lines)


@given(st.dates(date(2017, 1, 1), date(2030, 12, 31)), st.integers(0, 3650))
def test_every_instant_of_chosen_days_lies_in_one_part(first: date, length: int) -> None:
    days = Days(first, first + timedelta(days=length))
    parts = parts_of(days)
    for at in (days.begin, days.end - timedelta(microseconds=1)):
        assert sum(part.begin <= at < part.end for part in parts) == 1
    assert len(parts) <= 11
