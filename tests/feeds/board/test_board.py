"""The coordinators' board: what nobody answered, what is held, what comes next."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from feeds.advisories.models import Release
from feeds.board import queries
from feeds.board.queries import Filters, Line
from feeds.delivery.models import Mailing
from feeds.delivery.states import State
from feeds.receipts import service
from feeds.receipts.states import Choice, Step
from feeds.reminders.states import Stage
from hub.accounts.models import Role
from hub.core.paging import PAGE, Paged
from nda.agreements import queries as agreements
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import State as BodyState
from tests.support.advisories import CANARY, NOW, VAULT, make_body
from tests.support.browser import Browser
from tests.support.counting import statements
from tests.support.delivery import World

Enter = Callable[[object], Browser]


def board(world: World, filters: Filters | None = None, *, page: int = 1) -> Paged[Line]:
    with world.hub.db.reading() as session:
        return queries.board(session, filters or Filters(), page=page, now=world.hub.clock())


def answer(world: World, release: Release, body: Body) -> None:
    with world.hub.db.transaction() as session:
        service.answer(
            session, release.id, body.id, Choice.CHECKING, vault=VAULT, by=world.cast.writer, now=NOW
        )


def rows(browser: Browser, path: str = "/delivery") -> list[str]:
    return [row.get_text(" ", strip=True) for row in browser.soup(path).select("tbody tr")]


def test_every_notice_stands_once_a_body_with_the_reasons_of_what_is_held(
    world: World, arrived: Release, gas: Body, client_as: Enter
) -> None:
    second = world.release(world.power, gas)
    with world.hub.db.transaction() as session:
        bodies.body(session, gas.id).state = BodyState.SUSPENDED
        [found] = agreements.agreements_of(session, gas.organisation_id)
        found.ends_at = NOW
    world.work()
    shown = rows(client_as(Role.COORDINATOR))
    assert len(shown) == 3
    [held] = [row for row in shown if "ガス協議会" in row]
    assert f"{world.tracking_id(second)} r1" in held
    reason = "試行運用または本格運用にありません / 公表日まで有効な秘密保持契約がありません"
    assert held.count(reason) == 1
    assert "システム（TAXII）, " in held
    assert any(world.tracking_id(arrived) in row for row in shown)
    assert not any(CANARY in row or "認証回避" in row for row in shown)


def test_what_is_unanswered_longest_stands_first_and_what_is_settled_last(
    world: World, arrived: Release, gas: Body, clock: Callable[[], object]
) -> None:
    clock.now += timedelta(hours=1)  # type: ignore[attr-defined]  # the test's own clock
    later = world.release(world.power, gas)
    world.seal()
    assert [line.release_id for line in board(world).rows] == [arrived.id, later.id, later.id]
    answer(world, arrived, world.power)
    lines = board(world).rows
    assert [(line.release_id, line.step) for line in lines][-1] == (arrived.id, Step.ANSWERED)
    assert lines[-1].next_due is None
    assert [line.next_due.stage for line in lines[:2] if line.next_due] == [Stage.FIRST] * 2


def test_a_newer_revision_settles_the_older_one(world: World, arrived: Release) -> None:
    newer = world.revise(arrived)
    world.seal()
    lines = board(world).rows
    assert [(line.release_id, line.is_overtaken) for line in lines] == [(newer.id, False), (arrived.id, True)]
    assert lines[1].next_due is None


def test_a_body_that_has_left_waits_for_nothing_and_stands_last(
    world: World, arrived: Release, gas: Body, clock: Callable[[], object], client_as: Enter
) -> None:
    with world.hub.db.transaction() as session:
        bodies.body(session, gas.id).state = BodyState.LEFT
    clock.now += timedelta(hours=1)  # type: ignore[attr-defined]  # the test's own clock
    later = world.release(world.power, gas)
    world.seal()
    lines = board(world).rows
    assert [(line.release_id, line.body.id) for line in lines] == [
        (arrived.id, world.power.id),
        (later.id, world.power.id),
        (later.id, gas.id),
    ]
    assert [line.has_left for line in lines] == [False, False, True]
    assert "離脱" in rows(client_as(Role.COORDINATOR))[-1]


def test_a_mail_that_came_back_is_an_alarm_though_the_tools_have_their_copy(
    world: World, arrived: Release
) -> None:
    with world.hub.db.transaction() as session:
        mailing = session.get_one(Mailing, world.mailing(arrived).id)
        mailing.state, mailing.delivered_at, mailing.bounced_at = State.REFUSED, NOW, NOW
        mailing.reason = "550 5.1.1"
    [line] = board(world).rows
    assert line.step is Step.HANDED_OVER
    assert line.alarms == {(Step.BOUNCED, "550 5.1.1"): [world.contact().name]}


def test_the_words_of_another_mail_server_are_shown_as_words(
    world: World, arrived: Release, client_as: Enter
) -> None:
    with world.hub.db.transaction() as session:
        mailing = session.get_one(Mailing, world.mailing(arrived).id)
        mailing.state, mailing.delivered_at, mailing.bounced_at = State.REFUSED, NOW, NOW
        mailing.reason = '552 5.2.2 <b id="hostile">100% full</b>'
    staff = client_as(Role.COORDINATOR)
    for page in ("/delivery", f"/delivery/{arrived.id}/{world.power.id}"):
        shown = staff.get(page)
        assert shown.status_code == 200, page
        assert "100% full" in shown.text
        assert 'id="hostile"' not in shown.text


def test_the_board_is_narrowed_down_by_tracking_id_step_and_sector(
    world: World, arrived: Release, gas: Body
) -> None:
    later = world.release(world.power, gas)
    world.seal()
    answer(world, arrived, world.power)

    def found(**filters: object) -> set[tuple[object, object]]:
        narrowed = board(world, Filters(**filters))  # type: ignore[arg-type]  # what a test names
        return {(line.release_id, line.body.id) for line in narrowed.rows}

    assert found(tracking_id=world.tracking_id(arrived)) == {(arrived.id, world.power.id)}
    assert found(step=Step.ANSWERED) == {(arrived.id, world.power.id)}
    assert found(step=Step.HANDED_OVER) == {(later.id, world.power.id), (later.id, gas.id)}
    assert found(sector="gas") == {(later.id, gas.id)}
    assert found(sector="gas", step=Step.ANSWERED) == set()


@pytest.mark.parametrize(
    "query", ["notice=PI-2026-NOPE0", "state=nothing&sector=x", "page=0", "page=99", "page=x"]
)
def test_an_odd_address_shows_a_page_all_the_same(
    world: World, arrived: Release, client_as: Enter, query: str
) -> None:
    answer = client_as(Role.COORDINATOR).get(f"/delivery?{query}")
    assert answer.status_code == 200
    assert (world.tracking_id(arrived) in answer.text) == ("NOPE" not in query)


def test_one_notice_at_one_body_is_told_in_full(world: World, arrived: Release, client_as: Enter) -> None:
    answer(world, arrived, world.power)
    browser = client_as(Role.COORDINATOR)
    shown = BeautifulSoup(browser.get(f"/delivery/{arrived.id}/{world.power.id}").data, "html.parser")
    assert "確認中" in shown.get_text()
    assert world.contact().name in shown.get_text()
    assert browser.get(f"/delivery/{arrived.id}/{arrived.id}").status_code == 404


def test_nobody_but_a_coordinator_sees_the_board(world: World, arrived: Release, client_as: Enter) -> None:
    for role in set(Role) - {Role.COORDINATOR}:
        browser = client_as(role)
        assert browser.get("/delivery").status_code == 403
        assert browser.get(f"/delivery/{arrived.id}/{world.power.id}").status_code == 403


@pytest.mark.soak  # so many take seconds to make
def test_three_hundred_bodies_cost_no_more_questions_than_a_page_does(world: World, client_as: Enter) -> None:
    with world.hub.db.transaction() as session:
        many = [make_body(session, name=f"組織{number:03}") for number in range(300)]
    world.release(*many)
    browser = client_as(Role.COORDINATOR)
    browser.get("/delivery")
    with statements(world.hub.db) as said:
        shown = rows(browser)
    assert len(shown) == PAGE
    assert len(said) <= 50
    assert "12ページ中1ページ" in browser.get("/delivery").text
    with world.hub.db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Mailing)) == 300
