"""What a body answers: by a person on the page, or by its tool with the receipt code."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from feeds.advisories.models import Release
from feeds.delivery import receipts
from feeds.delivery.models import Copy
from feeds.delivery.states import State
from feeds.formats.tlp import Tlp
from feeds.receipts import queries, service
from feeds.receipts.models import Answer, Dissemination
from feeds.receipts.states import Choice, Step
from hub.core.audit import Actor, Entry
from hub.core.errors import IllegalMoveError, InputError, NotAllowedError
from sectors.bodies.models import Body
from tests.conftest import HandedIn
from tests.support.advisories import NOW, VAULT, Readiness
from tests.support.browser import Browser
from tests.support.delivery import TOKEN_KEY, World

Enter = Callable[[object], Browser]
WORD = "kestrel-5520"


def page_of(world: World, release: Release, rest: str = "") -> str:
    return f"/notices/{world.tracking_id(release)}{rest}"


def step_of(world: World, release: Release, body: Body | None = None) -> Step:
    with world.hub.db.reading() as session:
        return queries.ladder(session, release.id, (body or world.power).id).step


def by(world: World) -> Actor:
    account = world.account()
    return Actor(account_id=account.id, organisation_id=account.organisation_id)


def answered(world: World, release: Release, choice: Choice = Choice.RECEIVED, text: str = "") -> None:
    with world.hub.db.transaction() as session:
        service.answer(
            session, release.id, world.power.id, choice, text=text, vault=VAULT, by=by(world), now=NOW
        )


def test_a_notice_climbs_from_the_promise_to_dissemination(world: World) -> None:
    release = world.release()
    assert step_of(world, release) is Step.PROMISED
    world.seal()
    assert step_of(world, release) is Step.HANDED_OVER
    with world.hub.db.transaction() as session:
        session.get_one(Copy, world.copy(release).id).fetched_at = NOW
    assert step_of(world, release) is Step.FETCHED
    with world.hub.db.transaction() as session:
        code = receipts.code_for(world.copy(release).id, key=TOKEN_KEY)
        receipts.acknowledge(session, code, body_id=world.power.id, key=TOKEN_KEY, by=by(world), now=NOW)
    assert step_of(world, release) is Step.OPENED
    answered(world, release)
    assert step_of(world, release) is Step.ANSWERED
    with world.hub.db.transaction() as session:
        service.disseminate(session, release, world.power.id, 12, by=by(world), now=NOW)
    assert step_of(world, release) is Step.DISSEMINATED


def test_an_answer_is_given_on_the_page_and_can_be_changed_while_the_history_stays(
    world: World, arrived: Release, client_as: Enter, clock: HandedIn
) -> None:
    browser, page = client_as(world.account()), page_of(world, arrived)
    for choice, text in (("checking", f"調査中 {WORD}"), ("not-affected", "")):
        answer = browser.post_form(f"{page}/answer", {"choice": choice, "text": text}, page=page)
        assert answer.status_code == 303
        clock.now += timedelta(minutes=1)
    shown = BeautifulSoup(browser.get(page).data, "html.parser")
    lines = [row.get_text(" ", strip=True) for row in shown.select("table tbody tr")]
    [new] = [line for line in lines if "影響なし" in line]
    [old] = [line for line in lines if "確認中" in line]
    assert "有効" in new
    assert "変更前" in old
    assert WORD in old
    assert "回答済み" in browser.get("/notices/receipts").text


def test_what_is_written_with_an_answer_lies_sealed_and_is_in_no_log(world: World, arrived: Release) -> None:
    answered(world, arrived, Choice.AFFECTED, f"変電所で使用中 {WORD}")
    with world.hub.db.reading() as session:
        [row] = session.scalars(sa.select(Answer))
        entries = session.scalars(sa.select(Entry).where(Entry.action == "notice.answered")).all()
        [said] = queries.answers(session, arrived.id, world.power.id, vault=VAULT)
    assert row.text is not None
    assert WORD.encode() not in row.text
    assert WORD in said.text
    assert [each.details for each in entries] == [{}]


@pytest.mark.parametrize("sent", [{}, {"choice": "maybe"}, {"choice": "received", "text": "x" * 2001}])
def test_an_answer_that_is_none_is_refused_and_says_why(
    world: World, arrived: Release, client_as: Enter, sent: dict[str, str]
) -> None:
    browser, page = client_as(world.account()), page_of(world, arrived)
    answer = browser.post_form(f"{page}/answer", sent, page=page)
    assert answer.status_code == 422
    assert BeautifulSoup(answer.data, "html.parser").select_one(".govuk-error-summary")
    assert step_of(world, arrived) is Step.HANDED_OVER


def test_another_body_can_neither_see_nor_answer_it(world: World, arrived: Release, client_as: Enter) -> None:
    gas = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    browser, page = client_as(world.account(gas)), page_of(world, arrived)
    for rest in ("/answer", "/dissemination"):
        assert (
            browser.post_form(f"{page}{rest}", {"choice": "received", "operators": "3"}, page="/").status_code
            == 404
        )
    with pytest.raises(IllegalMoveError), world.hub.db.transaction() as session:
        service.answer(session, arrived.id, gas.id, Choice.RECEIVED, vault=VAULT, by=by(world), now=NOW)


def test_what_was_not_handed_over_cannot_be_answered(world: World) -> None:
    release = world.release()
    with pytest.raises(IllegalMoveError):
        answered(world, release)


def test_a_tool_answers_with_the_code_which_opens_the_notice_too(world: World, arrived: Release) -> None:
    code = receipts.code_for(world.copy(arrived).id, key=TOKEN_KEY)
    tool = Actor(organisation_id=world.power.organisation_id)
    for wrong in ("", "AAAA-BBBB-CCCC-DDDD"):
        with world.hub.db.transaction() as session:
            assert not service.answer_by_code(
                session, wrong, Choice.RECEIVED, body_id=world.power.id, key=TOKEN_KEY, by=tool, now=NOW
            )
    with world.hub.db.transaction() as session:
        assert service.answer_by_code(
            session, code, Choice.CHECKING, body_id=world.power.id, key=TOKEN_KEY, by=tool, now=NOW
        )
    assert world.copy(arrived).state is State.OPENED
    with world.hub.db.reading() as session:
        [said] = queries.answers(session, arrived.id, world.power.id, vault=VAULT)
    assert (said.choice, said.who) == (Choice.CHECKING, None)


def test_passing_on_is_recorded_with_its_count_after_an_answer(
    world: World, arrived: Release, client_as: Enter
) -> None:
    browser, page = client_as(world.account()), page_of(world, arrived)
    assert "展開を記録する" not in browser.get(page).text
    assert browser.post_form(f"{page}/dissemination", {"operators": "4"}, page=page).status_code == 409
    answered(world, arrived)
    for wrong in ("0", "-1", "x", "", "1000001"):
        assert browser.post_form(f"{page}/dissemination", {"operators": wrong}, page=page).status_code == 422
    assert browser.post_form(f"{page}/dissemination", {"operators": "4"}, page=page).status_code == 303
    assert "4事業者に展開済み" in browser.get(page).text
    with world.hub.db.reading() as session:
        assert session.scalars(sa.select(Dissemination.operators)).all() == [4]


def test_what_stays_inside_the_body_is_not_passed_on(world: World, arrived: Release) -> None:
    answered(world, arrived)
    narrow = Release(id=arrived.id, tlp=Tlp.AMBER_STRICT)
    with pytest.raises(NotAllowedError), world.hub.db.transaction() as session:
        service.disseminate(session, narrow, world.power.id, 4, by=by(world), now=NOW)
    with pytest.raises(InputError), world.hub.db.transaction() as session:
        service.disseminate(session, arrived, world.power.id, 0, by=by(world), now=NOW)
