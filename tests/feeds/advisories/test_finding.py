"""Finding advisories: what staff look for, and that no search term is kept anywhere."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import orm

from feeds.advisories import finding, service
from feeds.advisories.finding import Wanted
from feeds.advisories.models import Advisory
from feeds.advisories.states import State
from feeds.formats.content import Alias, Content, Kind, Product, Text
from feeds.matters import service as matters
from hub.accounts.models import Role
from hub.core import paging
from hub.core.audit import Entry
from hub.core.instance import Instance
from hub.core.outbox import Job
from sectors.bodies.models import Body
from tests.support import advisories
from tests.support.advisories import CANARY, NOW, VAULT, Cast, draft_for, secret_content
from tests.support.browser import Browser

Enter = Callable[[object], Browser]
PUMP = Content(
    title=Text(ja="ポンプ制御装置の脆弱性", en="Weakness of a pump controller"),
    summary=Text(ja="遠隔から停止できる。"),
    products=(Product(vendor="Fluidics GmbH", name="FlowMaster 200"),),
)


def draft(session: orm.Session, cast: Cast, body: Body, **changes: object) -> Advisory:
    made = replace(draft_for(body), **changes)  # type: ignore[arg-type]  # fields of Draft
    return service.create_draft(session, made, vault=VAULT, by=cast.writer, now=NOW)


@pytest.fixture
def power_notice(session: orm.Session, cast: Cast, power: Body) -> Advisory:
    return advisories.make_submitted(session, cast, power)


@pytest.fixture
def pump_notice(session: orm.Session, cast: Cast, power: Body) -> Advisory:
    number = Alias(issuer="jvn", number="JVNVU#90001234")
    return draft(session, cast, power, content=PUMP, aliases=(number,))


def found(session: orm.Session, **wanted: object) -> set[str]:
    asked = Wanted(**wanted)  # type: ignore[arg-type]  # fields of Wanted
    rows = finding.find(session, asked, page=1, vault=VAULT).rows
    return {each.advisory.matter.tracking_id for each in rows}


def test_a_number_finds_its_matter_however_it_is_written(
    session: orm.Session, power_notice: Advisory, pump_notice: Advisory
) -> None:
    power, pump = power_notice.matter.tracking_id, pump_notice.matter.tracking_id
    assert found(session) == {power, pump}
    assert found(session, number=power) == {power}
    assert found(session, number=f" {power.lower()} ") == {power}
    for typed in ("JVNVU#90001234", "jvnvu 90001234", "ＪＶＮＶＵ＃９０００１２３４"):
        assert found(session, number=typed) == {pump}
    assert found(session, number="CVE-2026-10001") == {power}
    assert found(session, number="CVE-2026-1000") == set()


def test_a_number_that_was_taken_away_still_finds_its_matter(
    session: orm.Session, cast: Cast, pump_notice: Advisory
) -> None:
    matters.set_aliases(session, pump_notice.matter_id, (), vault=VAULT, by=cast.writer, now=NOW)
    assert found(session, number="JVNVU#90001234") == {pump_notice.matter.tracking_id}


def test_words_are_found_in_title_summary_vendor_and_product_only(
    session: orm.Session, power_notice: Advisory, pump_notice: Advisory
) -> None:
    pump = {pump_notice.matter.tracking_id}
    for words in ("ポンプ", "ﾎﾟﾝﾌﾟ", "PUMP weakness", "遠隔 停止", "fluidics", "flowmaster 脆弱性"):
        assert found(session, words=words) == pump, words
    assert found(session, words="脆弱性") == {*pump, power_notice.matter.tracking_id}
    for words in ("ポンプ 変電所", "変電所", CANARY, "4.2 に更新"):  # a sector's text, the method, the fix
        assert found(session, words=words) == set()


def test_state_kind_and_days_narrow_down(
    session: orm.Session, power_notice: Advisory, pump_notice: Advisory
) -> None:
    power, pump = power_notice.matter.tracking_id, pump_notice.matter.tracking_id
    assert found(session, state=State.DRAFT.value) == {pump}
    assert found(session, state=State.IN_APPROVAL.value, words="認証") == {power}
    assert found(session, kind=Kind.NEW) == {power, pump}
    assert found(session, kind=Kind.UPDATE) == set()
    day = date(2026, 11, 20)
    assert found(session, since=day, until=day) == {power, pump}
    assert found(session, since=day + timedelta(days=1)) == set()
    assert found(session, until=day - timedelta(days=1)) == set()


@settings(max_examples=60, deadline=None)
@given(typed=st.text(max_size=40))
def test_whatever_is_typed_is_looked_for_and_no_fault(typed: str) -> None:
    wanted = Wanted(number=typed, words=typed)
    assert isinstance(wanted.fits_words(PUMP), bool)
    assert wanted.fits_numbers([typed])
    assert Wanted(words=typed).fits_words(replace(PUMP, title=Text(ja=typed)))


def test_a_long_list_has_pages_and_a_longer_one_is_said_to_be_cut(
    session: orm.Session, cast: Cast, power: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    monkeypatch.setattr(finding, "MOST", 4)
    for number in range(5):
        content = replace(PUMP, title=Text(ja=f"{number}番目のポンプ"))
        draft(session, cast, power, content=content)
    for wanted, total, pages in ((Wanted(), 5, 3), (Wanted(words="ポンプ"), 4, 2)):
        shown = [finding.find(session, wanted, page=page, vault=VAULT) for page in (1, 2, 99, -1)]
        assert [(len(each.rows), each.page, each.pages, each.total) for each in shown] == [
            (2, 1, pages, total),
            (2, 2, pages, total),
            (1 if total == 5 else 2, pages, pages, total),
            (2, 1, pages, total),
        ]
        assert {each.more for each in shown} == {wanted.needs_opening}


def text(page: bytes) -> str:
    return BeautifulSoup(page, "html.parser").get_text(" ", strip=True)


@pytest.fixture
def kept(instance: Instance) -> tuple[str, str]:
    """The tracking IDs of two drafts: of a controller, and of a pump."""
    with instance.db.transaction() as session:
        cast, body = advisories.make_cast(session), advisories.make_body(session)
        one = draft(session, cast, body, content=secret_content())
        two = draft(session, cast, body, content=PUMP, aliases=())
        return one.matter.tracking_id, two.matter.tracking_id


def test_a_search_is_sent_by_post_and_kept_nowhere(
    instance: Instance, kept: tuple[str, str], client_as: Enter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = client_as(Role.COORDINATOR)
    form = browser.soup("/advisories").select_one("form#search")
    assert form
    assert form["method"] == "post"
    answer = browser.post_form("/advisories", {"words": "ポンプ"})
    assert answer.status_code == 200
    main = BeautifulSoup(answer.data, "html.parser").select_one("main")
    assert main
    assert kept[1] in main.get_text()
    assert kept[0] not in main.get_text()
    field = main.select_one("input[name=words]")
    assert field
    assert field["value"] == "ポンプ"
    assert all("ポンプ" not in str(each) for each in (*answer.headers, caplog.text))
    assert kept[0] in browser.get("/advisories?words=ポンプ").text  # an address narrows nothing down
    with instance.db.reading() as session:
        entries = [str(each.details) for each in session.scalars(sa.select(Entry))]
        jobs = [str(each.values) for each in session.scalars(sa.select(Job))]
    assert all("ポンプ" not in each for each in entries + jobs)


def test_an_empty_result_says_so_and_wrong_input_is_named(kept: tuple[str, str], client_as: Enter) -> None:
    browser = client_as(Role.COORDINATOR)
    nothing = browser.post_form("/advisories", {"number": "CVE-1999-0001"})
    assert "検索条件に該当するものはありません。" in text(nothing.data)
    assert kept[0] not in nothing.text
    for wrong in (
        {"since": "2026-11-20", "until": "2026-11-19"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"words": "あ" * 201},
        {"state": "moon"},
        {"kind": "x"},
        {"page": "x"},
    ):
        answer = browser.post_form("/advisories", wrong)
        assert answer.status_code == 422, wrong
        assert BeautifulSoup(answer.data, "html.parser").select_one(".govuk-error-summary") or "page" in wrong


def test_ipa_finds_only_what_it_is_to_be_consulted_about(
    instance: Instance, kept: tuple[str, str], client_as: Enter
) -> None:
    ipa = client_as(Role.REVIEWER)
    for number in kept:
        assert number not in text(ipa.post_form("/advisories", {"number": number}).data)
    with instance.db.transaction() as session:
        cast, body = advisories.make_cast(session), advisories.make_body(session, name="別の電力ISAC")
        waiting = advisories.make_draft(session, cast, body)
        advisories.submit(session, waiting.id, by=cast.writer)
    answer = ipa.post_form("/advisories", {"words": "認証回避"})
    assert waiting.matter.tracking_id in text(answer.data)
    assert kept[0] not in text(answer.data)
