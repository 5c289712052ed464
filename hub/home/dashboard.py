"""The coordinators' first page: what needs a person now, what waits besides, and what the year led to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from feeds.figures import answered_showing, gathering, showing
from feeds.figures.answered import answered, asked_in
from feeds.figures.charts import Chart
from feeds.figures.periods import year_of
from feeds.figures.tables import Table
from feeds.surveys.models import Kind
from hub.home.waiting import Task

PRESSING = frozenset(  # pages where every hour counts
    {
        "matters.published",
        "leaks.listed",
        "incidents.listed",
        "reminders.call_list",
        "questions.listed",
        "delivery.board",
        "advisories.index",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """What a coordinator sees first; `period` is the present year, in words, and `chosen` its address."""

    pressing: Sequence[Task]
    besides: Sequence[Task]
    period: str
    chosen: str
    tables: Sequence[Table]
    charts: dict[str, Chart]


def dashboard(session: orm.Session, tasks: Sequence[Task], *, now: datetime) -> Dashboard:
    """Return the tasks, parted by whether hours count, and the figures of the present year."""
    period = year_of(now)
    tallied = gathering.whole(session, period, now=now)
    told = {Kind.NOTICE: answered(session, asked_in(period, Kind.NOTICE))} if tallied.notices else {}
    dissemination = answered_showing.tables(told)[:1]
    return Dashboard(
        pressing=[each for each in tasks if each.endpoint in PRESSING],
        besides=[each for each in tasks if each.endpoint not in PRESSING],
        period=showing.period_text(period),
        chosen=str(period),
        tables=[showing.whole(tallied), *dissemination] if tallied.notices else [],
        charts={"whole": showing.early_chart("whole", tallied), **answered_showing.charts(told)},
    )
