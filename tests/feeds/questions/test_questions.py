"""Questions about a notice: who reads what of them, on the pages and in the mail."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from feeds.advisories.models import Release
from feeds.questions.models import Question
from feeds.questions.states import State
from hub.accounts.models import Role
from hub.core.audit import Entry
from hub.core.letters import compose
from hub.core.outbox import Job
from hub.worker import LETTERS
from nda.agreements import queries as agreements
from nda.agreements.states import State as AgreementState
from sectors.bodies.models import Body
from tests.support.advisories import NOW
from tests.support.browser import Browser
from tests.support.delivery import World

Enter = Callable[[object], Browser]
ASKED = "heron-2207 変電所の旧型機でも回避策は有効か"
WORDED = "旧型機でも回避策は有効か"
ANSWERED = "plover-8815 有効である"


@pytest.fixture
def arrived(world: World, gas: Body) -> Release:
    """A release that has arrived at two bodies."""
    release = world.release(world.power, gas)
    world.seal()
    return release


def path(world: World, release: Release) -> str:
    return f"/notices/{world.tracking_id(release)}"


def text(answer: TestResponse) -> str:
    return BeautifulSoup(answer.data, "html.parser").get_text(" ", strip=True)


def ask(world: World, release: Release, browser: Browser, question: str = ASKED) -> TestResponse:
    page = path(world, release)
    return browser.post_form(f"{page}/questions", {"question": question}, page=page)


def only(world: World) -> Question:
    with world.hub.db.reading() as session:
        return session.scalars(sa.select(Question)).one()


def reply(world: World, browser: Browser, **told: str) -> TestResponse:
    return browser.post_form(f"/questions/{only(world).id}", {"answer": ANSWERED, **told})


TO_ALL = {"to": "all", "wording": WORDED, "unnamed": "y"}


def test_a_question_lies_sealed_and_coordinators_are_told_without_its_content(
    world: World, arrived: Release, client_as: Enter
) -> None:
    client_as(Role.COORDINATOR)
    assert ask(world, arrived, client_as(world.account())).status_code == 303
    question = only(world)
    assert b"heron" not in question.text
    with world.hub.db.reading() as session:
        jobs = [
            each
            for each in session.scalars(sa.select(Job).where(Job.kind == "letter"))
            if each.values["letter"] == "question-asked"
        ]
        [entry] = session.scalars(sa.select(Entry).where(Entry.action == "question.asked"))
    assert len(jobs) >= 3  # the two of the release, and the one above
    assert {each.values["path"] for each in jobs} == {f"/questions/{question.id}"}
    assert (entry.subject_id, entry.details) == (question.id, {"release": str(arrived.id)})
    letter = compose(
        LETTERS["question-asked"], to="a@example.jp", sender="b@example.jp", link="x", key="k", now=NOW
    )
    assert b"heron" not in letter


def test_the_task_and_the_list_lead_a_coordinator_to_an_open_question(
    world: World, arrived: Release, client_as: Enter
) -> None:
    staff = client_as(Role.COORDINATOR)
    assert "申請組織からの質問に回答する" not in text(staff.get("/"))
    assert "質問はまだありません。" in text(staff.get("/questions"))
    ask(world, arrived, client_as(world.account()))
    assert "申請組織からの質問に回答する" in text(staff.get("/"))
    listed = staff.get("/questions")
    assert world.tracking_id(arrived) in text(listed)
    assert "heron" not in text(listed)
    assert ASKED in text(staff.get(f"/questions/{only(world).id}"))


def test_answered_to_one_only_the_asker_reads_question_and_answer(
    world: World, arrived: Release, gas: Body, client_as: Enter
) -> None:
    asker, other = client_as(world.account()), client_as(world.account(gas))
    ask(world, arrived, asker)
    page = path(world, arrived)
    assert ASKED in text(asker.get(page))
    assert "heron" not in other.get(page).text
    assert reply(world, client_as(Role.COORDINATOR), to="one", wording=WORDED).status_code == 303
    shown = text(asker.get(page))
    assert ASKED in shown
    assert ANSWERED in shown
    for word in ("heron", "plover", WORDED, "質問元に回答済み"):
        assert word not in other.get(page).text
    assert world.letters().count("question-answered") == 1
    assert "question-answered" not in world.letters(gas)


def test_answered_to_all_others_read_wording_and_answer_and_no_hint_of_the_asker(
    world: World, arrived: Release, gas: Body, client_as: Enter
) -> None:
    asker, other = client_as(world.account()), client_as(world.account(gas))
    ask(world, arrived, asker)
    page = path(world, arrived)
    assert reply(world, client_as(Role.COORDINATOR), **TO_ALL).status_code == 303
    after = other.get(page)
    assert WORDED in text(after)
    assert ANSWERED in text(after)
    for hint in ("heron", world.power.name_ja, world.account().email, str(only(world).id)):
        assert hint not in after.text
    [section] = BeautifulSoup(after.data, "html.parser").select("section.hub-question")
    assert world.account().name not in section.get_text()
    assert len(section.select("time")) == 1  # when it was answered; not when it was asked
    own = text(asker.get(page))
    assert ASKED in own
    assert WORDED in own
    for body in (world.power, gas):
        assert world.letters(body).count("question-answered") == 1


def test_the_letter_of_an_answer_is_the_same_for_asker_and_others(
    world: World, arrived: Release, gas: Body, client_as: Enter
) -> None:
    ask(world, arrived, client_as(world.account()))
    reply(world, client_as(Role.COORDINATOR), **TO_ALL)
    with world.hub.db.reading() as session:
        jobs = [
            each.values
            for each in session.scalars(sa.select(Job).where(Job.kind == "letter"))
            if each.values["letter"] == "question-answered"
        ]
    assert {each["to"] for each in jobs} == {world.contact().email, world.contact(gas).email}
    assert len({(each["path"], each["occasion"]) for each in jobs}) == 1
    assert jobs[0]["path"] == f"/notices/{world.tracking_id(arrived)}?revision=1"


def test_a_body_whose_agreement_ended_sees_and_hears_nothing_any_more(
    world: World, arrived: Release, gas: Body, client_as: Enter
) -> None:
    asker, other = client_as(world.account()), client_as(world.account(gas))
    ask(world, arrived, asker)
    with world.hub.db.transaction() as session:
        [found] = agreements.agreements_of(session, gas.organisation_id)
        found.state = AgreementState.TERMINATED
    reply(world, client_as(Role.COORDINATOR), **TO_ALL)
    assert other.get(path(world, arrived)).status_code == 404
    assert "question-answered" not in world.letters(gas)
    token = {"question": "まだ読めるか"}
    assert other.client.post(f"{path(world, arrived)}/questions", data=token).status_code in {400, 404}
    with world.hub.db.transaction() as session:
        [found] = agreements.agreements_of(session, world.power.organisation_id)
        found.state = AgreementState.TERMINATED
    assert asker.get(path(world, arrived)).status_code == 404


def test_a_body_that_only_a_later_revision_is_addressed_to_reads_nothing_of_an_earlier_one(
    world: World, gas: Body, client_as: Enter
) -> None:
    release = world.release()
    world.seal()
    ask(world, release, client_as(world.account()))
    reply(world, client_as(Role.COORDINATOR), **TO_ALL)
    other = client_as(world.account(gas))
    assert other.get(path(world, release)).status_code == 404
    assert "question-answered" not in world.letters(gas)
    page = path(world, release)
    signed_in_form = other.soup("/notices").find("input", {"name": "csrf_token"})
    data = {"question": ASKED, "csrf_token": signed_in_form["value"] if signed_in_form else ""}
    assert other.client.post(f"{page}/questions", data=data).status_code == 404


def test_a_forged_row_is_nobodys_to_read_or_to_answer(
    world: World, arrived: Release, gas: Body, client_as: Enter
) -> None:
    ask(world, arrived, client_as(world.account()))
    staff = client_as(Role.COORDINATOR)
    reply(world, staff, to="one")
    with world.hub.db.transaction() as session:
        session.execute(
            sa.update(Question).values(state=State.ANSWERED_ALL, wording=Question.text),
            execution_options={"synchronize_session": False},
        )
    assert "plover" not in client_as(world.account(gas)).get(path(world, arrived)).text
    assert staff.get(f"/questions/{only(world).id}").status_code == 404


def test_what_is_missing_is_named_and_nothing_typed_is_lost(
    world: World, arrived: Release, client_as: Enter
) -> None:
    asker, staff = client_as(world.account()), client_as(Role.COORDINATOR)
    for wrong in ("", "あ" * 2001):
        answer = ask(world, arrived, asker, wrong)
        assert answer.status_code == 422
        area = BeautifulSoup(answer.data, "html.parser").select_one("textarea[name=question]")
        assert area
        assert area.get_text().strip() == wrong
    ask(world, arrived, asker)
    wording = staff.soup(f"/questions/{only(world).id}").select_one("textarea[name=wording]")
    assert wording
    assert wording.get_text().strip() == ASKED  # to be edited
    for told in ({}, {"to": "all", "wording": ""}, {"to": "all", "wording": WORDED}):
        answer = reply(world, staff, **told)
        assert answer.status_code == 422
        assert ANSWERED in answer.text
    assert only(world).state is State.OPEN


def test_a_question_is_answered_once(world: World, arrived: Release, client_as: Enter) -> None:
    ask(world, arrived, client_as(world.account()))
    staff = client_as(Role.COORDINATOR)
    page = staff.soup(f"/questions/{only(world).id}").find("input", {"name": "csrf_token"})
    reply(world, staff, to="one")
    data = {"answer": "別の回答", "to": "one", "csrf_token": page["value"]}  # type: ignore[index]  # a tag
    assert staff.client.post(f"/questions/{only(world).id}", data=data).status_code == 409


def test_questions_are_the_coordinators_pages(world: World, arrived: Release, client_as: Enter) -> None:
    ask(world, arrived, client_as(world.account()))
    question = only(world).id
    for who in (world.account(), Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR, Role.APPLICANT):
        browser = client_as(who)
        assert browser.get("/questions").status_code == 403
        assert browser.get(f"/questions/{question}").status_code == 403
    assert client_as(Role.COORDINATOR).get(f"/questions/{uuid.uuid4()}").status_code == 404
