"""The pages of figures: what staff see of everybody, what a body sees of itself and of the whole."""

import csv
import io
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from feeds.advisories import hour
from feeds.advisories.models import Advisory
from feeds.advisories.states import State
from feeds.matters import merging
from hub.accounts.models import Role
from tests.conftest import HandedIn
from tests.feeds.figures.stock import AFTER, BY, DAY, HOUR, Scheme
from tests.support.advisories import CANARY, NOW, PUBLICATION
from tests.support.browser import Browser
from tests.support.counting import statements

Enter = Callable[[object], Browser]
WITHHELD = "非公開"


def cells(page: BeautifulSoup, caption: str) -> list[list[str]]:
    """Return the body rows of the table with a caption."""
    table = next(each for each in page.select("table") if each.caption and caption in each.caption.text)
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in table.select("tbody tr")
    ]


def as_csv(browser: Browser, path: str) -> list[list[str]]:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_staff_see_how_early_a_notice_was_opened_and_answered(
    scheme: Scheme, clock: HandedIn, client_as: Enter
) -> None:
    power = scheme.bodies(4, "electricity")
    release = scheme.release(power)
    scheme.open(release, power[0], NOW + 2 * HOUR)
    scheme.answer(release, power[0], NOW + 3 * HOUR)
    scheme.pass_on(release, power[0], 9, NOW + 4 * HOUR)
    scheme.pass_on(release, power[0], 12, NOW + 5 * HOUR)
    scheme.answer(release, power[1], PUBLICATION - 10 * DAY)  # who answers on the page has read it
    scheme.remind(release, power[2], PUBLICATION - 5 * DAY)
    scheme.open(release, power[2], PUBLICATION + HOUR)
    clock.now = AFTER
    page = client_as(Role.REVIEWER).soup("/figures")
    values = dict(cells(page, "期間全体"))
    assert values["公表前に開封"] == "50.0% (2/4)"
    assert values["公表前に回答"] == "50.0% (2/4)"
    assert values["開封"] == "75.0% (3/4)"
    assert values["督促後に初めて開封（見落とし）"] == "25.0% (1/4)"
    assert values["公表までの日数（中央値）"] == f"{((30 * DAY - 2 * HOUR) / DAY + 10) / 2:.1f}"
    assert values["展開した会員事業者の数"] == "12"
    [row] = cells(page, "分野別")
    assert row[:3] == ["電力", "1", "4"]
    [notice] = cells(page, "提供別")
    assert notice[0] == scheme.tracking_id(release)
    assert CANARY not in page.text


def test_a_notice_that_is_not_published_yet_is_in_no_share_before_publication(
    scheme: Scheme, client_as: Enter
) -> None:
    power = scheme.bodies(3, "electricity")
    scheme.open(scheme.release(power), power[0], NOW + HOUR)
    values = dict(cells(client_as(Role.COORDINATOR).soup("/figures"), "期間全体"))
    assert values["公表前に開封"] == "–"
    assert values["開封"] == "33.3% (1/3)"


def test_what_was_withdrawn_is_provided_and_never_published(
    scheme: Scheme, clock: HandedIn, client_as: Enter
) -> None:
    release = scheme.release(scheme.bodies(1, "electricity"))
    with scheme.hub.db.transaction() as session:
        session.get_one(Advisory, release.advisory_id).state = State.WITHDRAWN
    clock.now = AFTER
    values = dict(cells(client_as(Role.REVIEWER).soup("/figures"), "期間全体"))
    assert values["提供件数"] == "1"
    assert values["公表前に開封"] == "–"


def test_of_merged_matters_the_earliest_date_counts(
    scheme: Scheme, clock: HandedIn, client_as: Enter
) -> None:
    power = scheme.bodies(2, "electricity")
    kept, closed = scheme.release(power), scheme.release(power)
    scheme.open(kept, power[0], NOW + 2 * DAY)
    early, clock.now = NOW + 5 * DAY, NOW + 6 * DAY
    with scheme.hub.db.transaction() as session:
        closing, into = (session.get_one(Advisory, each.advisory_id) for each in (closed, kept))
        hour.note_early(session, closing.id, early, by=BY, now=clock.now)
        merging.merge(
            session,
            closing.matter_id,
            into.matter_id,
            reason="同じ装置",
            vault=scheme.hub.vault,
            by=BY,
            now=clock.now,
        )
        closing.state = State.WITHDRAWN  # the matter goes on under the other one's number
    reviewer = client_as(Role.REVIEWER)
    values = dict(cells(reviewer.soup("/figures"), "期間全体"))
    assert values["公表前に開封"] == "25.0% (1/4)"
    assert values["公表までの日数（中央値）"] == "3.0"
    assert ["11月25日" in row[2] for row in cells(reviewer.soup("/figures"), "提供別")] == [True, True]


def test_every_chart_is_named_told_in_words_and_needs_neither_script_nor_style(
    scheme: Scheme, client_as: Enter
) -> None:
    power, gas = scheme.bodies(3, "electricity"), scheme.bodies(2, "gas")
    scheme.open(scheme.release([*power, *gas]), gas[0], NOW + HOUR)
    page = client_as(Role.COORDINATOR).soup("/figures")
    drawn = page.select("main svg")
    assert len(drawn) == 3
    for svg in drawn:
        assert svg["role"] == "img"
        named = [page.find(id=each) for each in str(svg["aria-labelledby"]).split()]
        assert all(each and each.text.strip() for each in named)
        assert not svg.select("script, style, [style]")
        bars = [each.text for each in svg.select("text[font-weight]")]
        in_tables = " ".join(each.text for each in page.select("table"))
        assert all(each in in_tables for each in bars)


def test_a_table_as_csv_has_count_base_and_percentage_and_no_formula(
    scheme: Scheme, clock: HandedIn, client_as: Enter
) -> None:
    power = scheme.bodies(3, "electricity")
    scheme.open(scheme.release(power), power[0], NOW + HOUR)
    clock.now = AFTER
    coordinator = client_as(Role.COORDINATOR)
    heading, row = as_csv(coordinator, "/figures/sectors.csv?period=2026&sector=electricity")
    told = dict(zip(heading, row, strict=True))
    assert (told["公表前に開封 (%)"], told["公表前に開封 (n)"], told["公表前に開封 (N)"]) == (
        "33.3",
        "1",
        "3",
    )
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert coordinator.get("/figures/secrets.csv").status_code == 404


def test_a_quarter_shows_what_was_released_in_it(scheme: Scheme, client_as: Enter) -> None:
    power, gas = scheme.bodies(1, "electricity"), scheme.bodies(1, "gas")
    scheme.release(power)
    scheme.release([*power, *gas])
    reviewer = client_as(Role.REVIEWER)
    quarters = cells(reviewer.soup("/figures?period=2026"), "四半期・分野別の提供件数")
    assert quarters == [
        ["全分野", "0", "0", "0", "2"],
        ["電力", "0", "0", "0", "2"],
        ["ガス", "0", "0", "0", "1"],
    ]
    assert cells(reviewer.soup("/figures?period=2026-Q4&sector=gas"), "四半期")[0] == ["全分野", "1"]
    assert "提供はありません" in reviewer.soup("/figures?period=2026-Q4&sector=water").text


def test_papers_are_made_of_all_and_of_a_body_s_own(scheme: Scheme, client_as: Enter) -> None:
    power = scheme.bodies(4, "electricity")
    scheme.open(scheme.release(power), power[0], NOW + HOUR)
    for browser, path in (
        (client_as(Role.REVIEWER), "/figures/figures.pdf?sector=electricity"),
        (client_as(scheme.contact(power[0])), "/figures/ours/figures.pdf"),
    ):
        answer = browser.get(path)
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF")


def test_a_body_sees_its_own_and_the_whole_of_three_others_or_more(
    scheme: Scheme, clock: HandedIn, client_as: Enter
) -> None:
    ours, *others = scheme.bodies(4, "electricity")
    release = scheme.release([ours, *others])
    scheme.open(release, ours, NOW + DAY)
    clock.now = AFTER
    values = {
        row[0]: row[1:] for row in cells(client_as(scheme.contact(ours)).soup("/figures/ours"), "期間全体")
    }
    assert values["公表前に開封"] == ["100.0% (1/1)", "25.0% (1/4)"]
    assert values["公表までの日数（中央値）"][0] == "29.0"


def test_a_body_is_told_nothing_of_two_others(scheme: Scheme, clock: HandedIn, client_as: Enter) -> None:
    ours, *others = scheme.bodies(3, "electricity")
    scheme.open(scheme.release([ours, *others]), others[0], NOW + DAY)
    clock.now = AFTER
    contact = client_as(scheme.contact(ours))
    page = contact.soup("/figures/ours")
    assert {row[2] for row in cells(page, "期間全体")} == {WITHHELD}
    assert [row[-1] for row in cells(page, "提供別")] == [WITHHELD]
    assert "/3" not in contact.get("/figures/ours/notices.csv").text


def test_a_withheld_notice_is_not_had_by_subtraction(
    scheme: Scheme, clock: HandedIn, client_as: Enter
) -> None:
    ours, *others = scheme.bodies(6, "electricity")
    large, middle, small = (scheme.release([ours, *others[:count]]) for count in (5, 4, 1))
    scheme.open(small, others[0], NOW + DAY)
    clock.now = AFTER
    rows = {row[0]: row[-1] for row in cells(client_as(scheme.contact(ours)).soup("/figures/ours"), "提供別")}
    assert rows[scheme.tracking_id(small)] == WITHHELD
    assert rows[scheme.tracking_id(middle)] == WITHHELD  # or the rest of the total would be the small one
    assert rows[scheme.tracking_id(large)] == "0.0% (0/6)"


def test_a_body_hears_of_no_notice_that_was_not_addressed_to_it_or_has_not_arrived(
    scheme: Scheme, client_as: Enter
) -> None:
    ours, other = scheme.bodies(2, "electricity")
    foreign = scheme.release([other])
    page = client_as(scheme.contact(ours)).soup("/figures/ours")
    assert scheme.tracking_id(foreign) not in page.text
    assert "届いた提供はありません" in page.text


def test_a_body_is_offered_years_and_staff_quarters_too(scheme: Scheme, client_as: Enter) -> None:
    [ours] = scheme.bodies(1, "electricity")
    scheme.release([ours])
    offered = client_as(scheme.contact(ours)).soup("/figures/ours?period=2026-Q4")
    assert [each["value"] for each in offered.select("#period option")] == ["2026"]
    for_staff = client_as(Role.REVIEWER).soup("/figures")
    assert [each["value"] for each in for_staff.select("#period option")] == ["2026", "2026-Q4"]


def test_a_page_asks_the_database_as_often_for_many_bodies_as_for_few(
    scheme: Scheme, client_as: Enter
) -> None:
    coordinator = client_as(Role.COORDINATOR)
    asked = []
    for count in (1, 9):
        scheme.release(scheme.bodies(count, "gas"))
        with statements(scheme.hub.db) as said:
            assert coordinator.get("/figures").status_code == 200
        asked.append(len(said))
    assert asked[0] == asked[1]


def test_days_of_one_s_own_choice_are_kept_in_the_links_to_files(
    scheme: Scheme, clock: HandedIn, client_as: Enter
) -> None:
    power = scheme.bodies(1, "electricity")
    scheme.release(power)
    scheme.release(power, at=NOW + 5 * DAY)
    clock.now = AFTER
    reviewer = client_as(Role.REVIEWER)
    days = "since=2026-11-21&until=2026-12-31&sector=electricity"
    page = reviewer.soup(f"/figures?{days}")
    assert dict(cells(page, "期間全体"))["提供件数"] == "1"
    assert cells(page, "四半期・分野別の提供件数")[0] == ["全分野", "1"]
    links = [str(each["href"]) for each in page.select('main a[href*="/figures/"]')]
    assert all("since=2026-11-21" in each and "until=2026-12-31" in each for each in links)
    assert len(as_csv(reviewer, next(each for each in links if "notices.csv" in each))) == 2
    assert "2026-11-21_2026-12-31.pdf" in next(
        reviewer.get(each).headers["Content-Disposition"]
        for each in links
        if each.split("?")[0].endswith("pdf")
    )
    long = reviewer.soup("/figures?since=2017-01-01&until=2026-12-31")
    assert len(cells(long, "年・分野別の提供件数")[0]) == 11


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("since=2026-03-01", "末日を入力してください"),
        ("since=2026-03-01&until=2026-02-28", "初日以降の日付を入力してください"),
        ("since=2016-03-01&until=2026-02-28", "2017年以降の日付を入力してください"),
        ("since=2017-03-01&until=2031-02-28", "10年以内で指定してください"),
        ("since=3月&until=2026-02-28", "日付"),
        ("since=&until=", "初日を入力してください"),
        ("since=9999-12-31&until=9999-12-31", "以降の日付"),
    ],
)
def test_days_that_are_none_are_refused_with_the_reason(client_as: Enter, typed: str, said: str) -> None:
    reviewer = client_as(Role.REVIEWER)
    answer = reviewer.get(f"/figures?{typed}")
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    summary = page.select_one(".govuk-error-summary")
    assert summary
    assert said in summary.text
    assert not page.select("main table")
    assert reviewer.get(f"/figures/whole.csv?{typed}").status_code == 422


def test_in_days_of_its_own_choice_a_body_sees_itself_alone(
    scheme: Scheme, clock: HandedIn, client_as: Enter
) -> None:
    ours, *others = scheme.bodies(5, "electricity")
    release = scheme.release([ours, *others])
    scheme.open(release, ours, NOW + DAY)
    clock.now = AFTER
    contact = client_as(scheme.contact(ours))
    days = "since=2026-11-01&until=2026-11-30"
    page = contact.soup(f"/figures/ours?{days}")
    values = {row[0]: row[1:] for row in cells(page, "期間全体")}
    assert values["公表前に開封"] == ["100.0% (1/1)", WITHHELD]
    assert [row[-1] for row in cells(page, "提供別")] == [WITHHELD]
    assert "自組織の数値のみを表示します" in page.text
    assert "/5" not in contact.get(f"/figures/ours/notices.csv?{days}").text
