"""The pages: a body answers and hands out links, a member answers by one, IPA reads what came back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from feeds.advisories.models import Release
from feeds.delivery.models import Copy
from feeds.links.models import MemberLink
from feeds.receipts import service as receipts
from feeds.receipts.states import Choice
from feeds.surveys import finding, letters
from feeds.surveys.finding import Found
from feeds.surveys.models import Respondent
from feeds.surveys.replies import field_of
from feeds.surveys.states import AnswerState
from hub.accounts.models import Role
from hub.core.audit import Entry
from tests.conftest import HandedIn
from tests.support.advisories import CANARY, PUBLICATION, VAULT, acting
from tests.support.browser import Browser
from tests.support.delivery import World
from tests.support.surveys import ids

Enter = Callable[[object], Browser]
FIRST, SECOND = "第一事業者", "第二事業者"
WRITTEN = "dunlin-3306 を監視した"


@pytest.fixture
def release(world: World) -> Release:
    release = world.release(world.power)
    world.seal()
    with world.hub.db.transaction() as session:
        by, now = acting(world.account()), world.hub.clock()
        receipts.answer(session, release.id, world.power.id, Choice.FORWARDED, vault=VAULT, by=by, now=now)
        receipts.disseminate(session, release, world.power.id, 41, by=by, now=now)
        opened_at = now + timedelta(hours=15)  # already the next day in Japan
        session.execute(sa.update(Copy).values(opened_at=opened_at))
    return release


@pytest.fixture
def survey(world: World, release: Release, clock: HandedIn) -> Found:
    """What the body was asked about a notice, in the night after its publication."""
    assert release
    clock.now = PUBLICATION + timedelta(hours=5)
    letters.watch(world.hub, {}, clock.now)
    with world.hub.db.reading() as session:
        return finding.every(session)[0]


@pytest.fixture
def who(world: World, survey: Found) -> dict[str, str]:
    with world.hub.db.reading() as session:
        return {name: str(each) for name, each in ids(session, survey.survey).items()}


def text(answer: TestResponse) -> str:
    return BeautifulSoup(answer.data, "html.parser").get_text(" ", strip=True)


def state(world: World, respondent_id: str) -> AnswerState:
    with world.hub.db.reading() as session:
        rows = {str(each.id): each.state for each in session.scalars(sa.select(Respondent))}
        return rows[respondent_id]


def question(survey: Found, topic: str) -> str:
    return next(field_of(each.id) for each in survey.survey.questionnaire.questions if each.topic == topic)


def handed_out(browser: Browser, survey: Found, *members: str) -> list[str]:
    """Return the paths of the links that the page shows."""
    page = f"/surveys/{survey.survey.id}"
    answer = browser.post_form(f"{page}/links", {"members": list(members)}, page=page)
    assert answer.status_code == 200
    shown = BeautifulSoup(answer.data, "html.parser").select("code")
    return [each.get_text().removeprefix("http://localhost:8000") for each in shown]


def test_the_link_of_the_mail_and_of_the_notice_lead_to_the_questionnaire(
    world: World, release: Release, clock: HandedIn, client_as: Enter
) -> None:
    contact = client_as(world.account())
    path = f"/notices/{world.tracking_id(release)}"
    assert f'href="{path}/survey"' in contact.get(path).text
    assert "公表後に行います" in text(contact.get(f"{path}/survey"))
    clock.now = PUBLICATION
    letters.watch(world.hub, {}, clock.now)
    assert "/surveys/" in client_as(world.account()).get(f"{path}/survey").location


def test_what_the_hub_knows_is_shown_and_filled_in(world: World, survey: Found, client_as: Enter) -> None:
    contact = client_as(world.account())
    shown = text(contact.get(f"/surveys/{survey.survey.id}"))
    assert "41" in shown
    day = contact.soup(f"/surveys/{survey.survey.id}/answer").find(
        "input", {"name": question(survey, "opened-on")}
    )
    assert day is not None
    assert day["value"] == "2026-11-21"


def test_a_body_answers_for_its_members_keeps_a_draft_and_sees_who_answered(
    world: World, survey: Found, who: dict[str, str], client_as: Enter
) -> None:
    contact, page = client_as(world.account()), f"/surveys/{survey.survey.id}/answer"
    assert "アンケートに回答する" in text(contact.get("/"))
    refused = contact.post_form(page, {"organisations": who[FIRST]})
    assert refused.status_code == 422
    written = {"organisations": who[FIRST], question(survey, "preparation"): ["0", "3"], "act": "keep"}
    assert contact.post_form(page, written).status_code == 303
    assert len(contact.soup(page).select("input[checked]")) == 3  # two choices and the organisation
    del written["act"]
    assert contact.post_form(page, {**written, "category": "systems-only"}).status_code == 303
    shown = text(contact.get(f"/surveys/{survey.survey.id}"))
    assert "申請組織が回答" in shown
    assert "2組織中 1組織" in shown
    assert state(world, who[FIRST]) is AnswerState.ANSWERED_FOR
    rest = {"everybody": "y", "category": "could-not"}
    assert contact.post_form(page, rest).status_code == 303
    assert state(world, who[SECOND]) is AnswerState.ANSWERED_FOR
    assert contact.post_form(page, rest).status_code == 422  # nobody is left


def test_a_member_answers_once_by_its_link_on_a_page_without_a_word_of_the_matter(
    world: World, app: Flask, survey: Found, who: dict[str, str], client_as: Enter
) -> None:
    [link] = handed_out(client_as(world.account()), survey, who[SECOND])
    member = Browser(app)
    page = member.get(link)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    shown = page.text
    assert survey.tracking_id is not None
    assert f"[PRIORITY][{survey.tracking_id}][ACTION]" in shown
    assert SECOND in shown
    for secret in (CANARY, "認証回避", "Controller", "CVE-2026-10001", FIRST, 'value="41"'):
        assert secret not in shown, secret
    token = link.rpartition("/")[2]
    assert f"next=%2Fmembers%2Fanswer%2F{token}" not in shown
    kept = {question(survey, "told-first"): "1", "act": "keep"}
    assert member.post_form(link, kept).status_code == 303
    assert len(Browser(app).soup(link).select("input[checked]")) == 1
    refused = member.post_form(link, {"category": "also-others", "reason": "not-in-use"})
    assert refused.status_code == 422
    assert "この理由は、上で選択した内容と合いません" in refused.text
    taken = member.post_form(link, {"category": "did-not", "reason": "not-in-use"})
    assert "回答を記録しました" in text(taken)
    assert state(world, who[SECOND]) is AnswerState.ANSWERED_ITSELF
    assert member.get(link).status_code == 404
    assert "このリンクは使用できません" in text(member.get(link))


def test_the_members_page_is_read_in_english_without_its_secret_in_a_query(
    world: World, app: Flask, survey: Found, who: dict[str, str], client_as: Enter
) -> None:
    [link] = handed_out(client_as(world.account()), survey, who[FIRST])
    member = Browser(app)
    other = member.soup(link).find("a", {"lang": "en"})
    assert other is not None
    assert other["href"] == f"{link}?lang=en"
    assert "Send the answer" in text(member.get(f"{link}?lang=en"))
    for path in (link, "/members/answer/guessed"):
        assert "next=" not in member.get(path).text


def test_the_secret_is_shown_once_and_stands_in_no_row_of_the_log(
    world: World, survey: Found, who: dict[str, str], client_as: Enter, app: Flask
) -> None:
    contact = client_as(world.account())
    [link] = handed_out(contact, survey, who[FIRST])
    token = link.rpartition("/")[2]
    Browser(app).post_form(link, {"category": "systems-only"})
    assert token not in contact.get(f"/surveys/{survey.survey.id}").text
    with world.hub.db.reading() as session:
        rows = [str((each.details, each.action)) for each in session.scalars(sa.select(Entry))]
        digests = [each.digest.hex() for each in session.scalars(sa.select(MemberLink))]
    assert any("survey.answered" in each for each in rows)
    assert not any(token in each for each in [*rows, *digests])


def test_who_tries_secrets_is_slowed_down(app: Flask) -> None:
    stranger = Browser(app)
    answers = [stranger.get(f"/members/answer/guess-{number}").status_code for number in range(61)]
    assert set(answers[:60]) == {404}
    assert answers[60] == 429


def test_a_body_cannot_answer_for_who_answered_itself_and_not_after_the_closing_date(
    world: World, app: Flask, survey: Found, who: dict[str, str], client_as: Enter
) -> None:
    contact, page = client_as(world.account()), f"/surveys/{survey.survey.id}"
    [link] = handed_out(contact, survey, who[FIRST])
    Browser(app).post_form(link, {"category": "systems-only"})
    offered = {each["value"] for each in contact.soup(f"{page}/answer").select("[name=organisations]")}
    assert offered == {who[SECOND]}
    told = {"organisations": who[FIRST], "category": "did-not"}
    assert contact.post_form(f"{page}/answer", told).status_code == 422
    assert isinstance(world.hub.clock, HandedIn)
    world.hub.clock.now = survey.survey.closes_at
    late = client_as(world.account())
    assert "回答期限を過ぎました" in text(late.get(page))
    assert "回答期限を過ぎました" in text(late.get(f"{page}/answer"))


def test_ipa_reads_who_answered_what_and_the_counts(
    world: World, survey: Found, who: dict[str, str], client_as: Enter
) -> None:
    contact, page = client_as(world.account()), f"/surveys/{survey.survey.id}/answer"
    told = {
        "organisations": [who[FIRST], who[SECOND]],
        "category": "did-not",
        "reason": "not-in-use",
        question(survey, "preparation"): ["0"],
    }
    contact.post_form(page, told)
    staff = client_as(Role.REVIEWER)
    listed = text(staff.get("/survey-results"))
    assert survey.tracking_id is not None
    assert survey.tracking_id in listed
    shown = text(staff.get(f"/survey-results/notice/{survey.survey.advisory_id}"))
    for wanted in ("N=2", "100.0 %", FIRST, "電力ISAC", "公表日までに行った準備", "2組織中 2組織"):
        assert wanted in shown, wanted
    assert CANARY not in shown


def test_ipa_drafts_the_next_version_and_puts_it_into_use(world: World, client_as: Enter) -> None:
    staff = client_as(Role.REVIEWER)
    assert world
    listed = staff.soup("/questionnaires")
    assert "第1版" in listed.get_text()
    draft = staff.post_form("/questionnaires/begin", {"kind": "notice"}, page="/questionnaires").location
    assert "用意された設問" in text(staff.get(draft))
    assert staff.post_form(f"{draft}/topic", {"topic": "wishes"}, page=draft).status_code == 303
    own = {"kind": "choice", "ja": "夜間に受けられますか", "en": "At night?", "options": "はい | Yes"}
    assert "選択肢の数が適切ではありません" in staff.post_form(f"{draft}/question", own).text
    own["options"] = "はい | Yes\nいいえ | No"
    assert staff.post_form(f"{draft}/question", own).status_code == 303
    assert staff.post_form(f"{draft}/use", {}, page=draft).status_code == 422
    assert staff.post_form(f"{draft}/use", {"sure": "y"}, page=draft).status_code == 303
    shown = staff.get(draft)
    assert "夜間に受けられますか" in text(shown)
    assert "使用中" in text(shown) or "この版の使用を開始しました" in text(shown)
    assert "/use" not in shown.text
