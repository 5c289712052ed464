"""When a reminder is due: over any history, on any day of the Japanese calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.formats.content import Kind
from feeds.reminders.states import Stage
from feeds.reminders.timing import DEFAULTS, Quiet, Rule, due, due_at, next_due
from hub.core.clock import JST
from hub.core.holidays import is_closed

URGENT, CALM = DEFAULTS[Kind.NEW], DEFAULTS[Kind.DATE]
STAGES = list(Stage)


def jst(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JST)


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 11, 20), False),  # a Friday
        (date(2026, 11, 21), True),
        (date(2026, 11, 22), True),
        (date(2026, 11, 23), True),  # Labour Thanksgiving Day, a Monday
        (date(2026, 11, 24), False),
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), True),
        (date(2027, 1, 3), True),
        (date(2027, 1, 4), False),
        (date(2026, 9, 22), True),  # a citizens' holiday between two others
        (date(2026, 5, 6), True),  # a substitute for one on a Sunday
    ],
)
def test_the_states_closed_days_are_closed(day: date, *, closed: bool) -> None:
    assert is_closed(day) is closed


def test_what_is_urgent_is_counted_in_hours_through_any_night() -> None:
    at = [due_at(URGENT, stage, since=jst(12, 31, 20), quiet=Quiet()) for stage in Stage]
    assert at == [jst(1, 1, hour, year=2027) for hour in (0, 4, 8, 12)]


def test_what_is_not_urgent_is_counted_in_business_days_and_waits_for_the_morning() -> None:
    at = [due_at(CALM, stage, since=jst(11, 20, 23, 30), quiet=Quiet()) for stage in Stage]
    # Friday night: Tuesday, Thursday, Friday, Monday at 23:30, which is quiet until the next open morning
    assert at == [jst(11, 25, 7), jst(11, 27, 7), jst(11, 30, 7), jst(12, 1, 7)]


@pytest.mark.parametrize(
    ("quiet", "instant", "open_at"),
    [
        (Quiet(), jst(11, 24, 21, 59), jst(11, 24, 21, 59)),
        (Quiet(), jst(11, 24, 22), jst(11, 25, 7)),
        (Quiet(), jst(11, 20, 22), jst(11, 24, 7)),  # over a weekend and a holiday
        (Quiet(closed_days=False), jst(11, 21, 12), jst(11, 21, 12)),
        (Quiet(begins=12, ends=13), jst(11, 24, 12, 30), jst(11, 24, 13)),
        (Quiet(begins=5, ends=5), jst(11, 24, 5), jst(11, 24, 5)),
        (Quiet(), jst(12, 28, 22), jst(1, 4, 7, year=2027)),
    ],
)
def test_quiet_hours_end_at_the_next_open_hour(quiet: Quiet, instant: datetime, open_at: datetime) -> None:
    assert quiet.next_open(instant) == open_at
    assert quiet.is_open(instant) == (instant == open_at)


def test_after_an_outage_the_contacts_are_reminded_once_and_nothing_is_left_out_above() -> None:
    since = jst(11, 20)
    late = due(URGENT, since=since, done=(), quiet=Quiet(), now=since + timedelta(days=3))
    assert late == (Stage.SECOND, Stage.DEPUTY, Stage.CALL)


def test_the_next_stage_is_the_one_after_the_last_that_was_done() -> None:
    since = jst(11, 20)
    found = next_due(URGENT, since=since, done=[Stage.SECOND], quiet=Quiet())
    assert found is not None
    assert (found.stage, found.at) == (Stage.DEPUTY, since + timedelta(hours=12))
    assert next_due(URGENT, since=since, done=[Stage.CALL], quiet=Quiet()) is None


waits = st.lists(st.integers(1, 30), min_size=4, max_size=4, unique=True).map(sorted)
rules = st.builds(
    lambda urgent, at: Rule(urgent=urgent, first=at[0], second=at[1], deputy=at[2], call=at[3]),
    st.booleans(),
    waits,
)
quiets = st.builds(Quiet, begins=st.integers(0, 23), ends=st.integers(0, 23), closed_days=st.booleans())
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone


@given(
    rule=rules,
    quiet=quiets,
    since=instants,
    pauses=st.lists(st.floats(0.05, 80), min_size=1, max_size=60),
)
@settings(max_examples=150, deadline=None)
def test_over_any_looks_no_stage_is_done_twice_early_or_out_of_order(
    rule: Rule, quiet: Quiet, since: datetime, pauses: list[float]
) -> None:
    """Looks come after pauses of any length (hours)."""
    now, done = since, list[tuple[Stage, datetime]]()
    for pause in pauses:
        now += timedelta(hours=pause)
        stages = [stage for stage, _ in done]
        done += [(stage, now) for stage in due(rule, since=since, done=stages, quiet=quiet, now=now)]
        left = next_due(rule, since=since, done=[stage for stage, _ in done], quiet=quiet)
        if rule.urgent or quiet.is_open(now):
            assert left is None or left.at > now  # nothing that was due is left
    stages = [stage for stage, _ in done]
    assert len(stages) == len(set(stages))
    assert stages == sorted(stages, key=STAGES.index)
    for stage, at in done:
        assert at >= due_at(rule, stage, since=since, quiet=quiet)
        assert rule.urgent or quiet.is_open(at)


@given(rule=rules, quiet=quiets, since=instants)
@settings(max_examples=50, deadline=None)
def test_who_never_answers_is_always_called_in_the_end(rule: Rule, quiet: Quiet, since: datetime) -> None:
    done: list[Stage] = []
    for stage in Stage:
        at = quiet.next_open(due_at(rule, stage, since=since, quiet=quiet))
        done += due(rule, since=since, done=done, quiet=quiet, now=at)
    assert done[-1] is Stage.CALL
    assert at - since < timedelta(days=80)
