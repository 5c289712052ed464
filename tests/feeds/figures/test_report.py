"""The figures of the study report of FY2018, from answers with its counts: figure 3-2 and figure 3-3."""

import uuid
from collections.abc import Callable, Mapping

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from feeds.surveys import asking
from feeds.surveys.categories import Category, Reason
from feeds.surveys.loading import load_counts
from feeds.surveys.models import Survey
from hub.accounts.models import Role
from sectors.bodies.models import Body, MemberOperator
from tests.conftest import HandedIn
from tests.feeds.figures.stock import AFTER, BY, DAY, Scheme
from tests.feeds.figures.test_pages import as_csv, cells
from tests.support.advisories import NOW
from tests.support.applications import corporate_number
from tests.support.browser import Browser

Enter = Callable[[object], Browser]
Counts = Mapping[tuple[Category, Reason | None], int]
ELECTRICITY: Counts = {
    (Category.SYSTEMS_ONLY, None): 6,
    (Category.ALSO_OTHERS, None): 2,
    (Category.COULD_NOT, None): 1,
    (Category.DID_NOT, Reason.NOT_IN_USE): 5,
}
GOVERNMENT: Counts = {
    (Category.SYSTEMS_ONLY, None): 20,
    (Category.ALSO_OTHERS, None): 7,
    (Category.DID_NOT, Reason.NOT_IN_USE): 46,
    (Category.COULD_NOT, Reason.OTHER): 5,
    (Category.DID_NOT, Reason.HARD_TO_JUDGE): 10,
}


@pytest.fixture
def asked(scheme: Scheme, clock: HandedIn) -> Scheme:
    """A hub that provided a notice to a body of 17 electricity operators, and to one of 130."""
    power, state = scheme.body("電力ISAC"), scheme.body("行政窓口", "gas")
    for body, members, code in ((power, 17, "electricity"), (state, 130, "gas")):
        _give_members(scheme, body, members, code)
    scheme.release([power, state])
    clock.now = AFTER
    with scheme.hub.db.transaction() as session:
        asking.ask_after_notices(session, now=AFTER)
        for body, counts in ((power, ELECTRICITY), (state, GOVERNMENT)):
            survey = session.scalars(sa.select(Survey).where(Survey.body_id == body.id)).one()
            load_counts(session, survey.id, counts, vault=scheme.hub.vault, by=BY, now=AFTER)
    return scheme


def _give_members(scheme: Scheme, body: Body, count: int, code: str) -> None:
    with scheme.hub.db.transaction() as session:
        session.execute(sa.delete(MemberOperator).where(MemberOperator.body_id == body.id))
        session.add_all(
            MemberOperator(
                id=uuid.uuid4(),
                body_id=body.id,
                name=f"事業者{number}",
                corporate_number=corporate_number(number),
                sector_code=code,
                critical=True,
                memorandum_on=(NOW - 99 * DAY).date(),
            )
            for number in range(1, count + 1)
        )


def drawn(page: BeautifulSoup, name: str) -> list[str]:
    """Return the numbers that stand at the bars of a chart."""
    title = page.find(id=f"chart-{name}-title")
    assert title
    assert title.parent
    return [each.text for each in title.parent.select("text[font-weight]")]


def test_figure_3_2_of_electricity_is_on_the_page_in_its_chart_and_in_csv(
    asked: Scheme, client_as: Enter
) -> None:
    del asked
    reviewer = client_as(Role.REVIEWER)
    page = reviewer.soup("/figures?sector=electricity")
    percents = ["42.9", "14.3", "7.1", "35.7"]
    shown = [f"{each}% ({count}/14)" for each, count in zip(percents, (6, 2, 1, 5), strict=True)]
    assert [row[1] for row in cells(page, "N=14")] == shown
    assert drawn(page, "dissemination-notice") == shown
    lines = as_csv(reviewer, "/figures/dissemination-notice.csv?sector=electricity")
    assert [line[1:] for line in lines[1:]] == [
        [each, str(count), "14"] for each, count in zip(percents, (6, 2, 1, 5), strict=True)
    ]


def test_figure_3_3_of_the_government_is_on_the_page_in_its_chart_and_in_csv(
    asked: Scheme, client_as: Enter
) -> None:
    del asked
    coordinator = client_as(Role.COORDINATOR)
    page = coordinator.soup("/figures?sector=gas")
    shown = ["30.7% (27/88)", "52.3% (46/88)", "17.0% (15/88)", "83.0% (73/88)"]
    assert drawn(page, "judged-notice") == shown
    assert [row[1] for row in cells(page, "判断・活用状況")] == shown
    lines = as_csv(coordinator, "/figures/judged-notice.csv?sector=gas")
    assert [line[1] for line in lines[1:]] == ["30.7", "52.3", "17.0", "83.0"]


def test_a_body_is_shown_its_own_answers_and_not_those_of_the_one_other(
    asked: Scheme, client_as: Enter
) -> None:
    with asked.hub.db.reading() as session:
        power = session.scalars(sa.select(Body).where(Body.name_ja == "電力ISAC")).one()
    page = client_as(asked.contact(power)).soup("/figures/ours")
    rows = cells(page, "情報展開の可否")
    assert rows[0][1] == "42.9% (6/14)"
    assert {row[2] for row in rows} == {"非公開"}
    assert "/88" not in page.text
    assert "/102" not in page.text


def test_the_dashboard_shows_what_needs_a_person_and_the_year_s_dissemination(
    asked: Scheme, client_as: Enter
) -> None:
    del asked
    page = client_as(Role.COORDINATOR).soup("/")
    headings = [each.text for each in page.select("main h2")]
    assert headings.index("すぐに対応が必要なもの") < headings.index("提供の実施状況：2026年（1月～12月）")
    assert drawn(page, "dissemination-notice")[0] == f"{100 * 26 / 102:.1f}% (26/102)"
    assert page.select_one('main a[href="/figures"]')
