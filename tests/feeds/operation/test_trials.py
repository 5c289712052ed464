"""A trial has its period and ends with a recorded consultation; what ends a provision ends it everywhere."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from feeds.collections.service import add_client
from feeds.delivery.states import State as DeliveryState
from feeds.destructions import letters as destruction_letters
from feeds.destructions import queries as destructions
from feeds.destructions.states import State as DestructionState
from feeds.operation import letters as operation_letters
from feeds.operation import queries, service
from feeds.operation.states import State as TrialState
from hub.accounts.models import Account, Role
from hub.accounts.states import State as AccountState
from hub.core.clock import JST
from hub.core.outbox import Job
from nda.agreements import queries as agreements
from nda.agreements import service as agreement_service
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import Move, State
from tests.conftest import HandedIn
from tests.support import advisories
from tests.support.advisories import Readiness, acting
from tests.support.applications import PDF, file
from tests.support.browser import Browser
from tests.support.delivery import World
from tests.support.drills import pass_drill
from tests.support.people import make_account

Enter = Callable[[object], Browser]


@pytest.fixture
def coordinator(world: World) -> Account:
    with world.hub.db.transaction() as session:
        return make_account(session, Role.COORDINATOR)


def in_trial(world: World, by: Account, **when: date) -> Body:
    with world.hub.db.transaction() as session:
        body = advisories.make_body(session, Readiness(state=State.PREPARATION), name="水道ISAC")
        pass_drill(session, body, at=world.hub.clock())
        service.begin_trial(session, body.id, by=acting(by), now=world.hub.clock(), **when)
    return body


def state_of(world: World, body: Body) -> State:
    with world.hub.db.reading() as session:
        return bodies.body(session, body.id).state


def letters(world: World, name: str) -> list[str]:
    with world.hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter"))
        return [job.values["to"] for job in jobs if job.values["letter"] == name]


def request_destruction(world: World) -> None:
    with world.hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "destruction.request")).all()
    for job in jobs:
        destruction_letters.request(world.hub, job.values, world.hub.clock())


def today(world: World) -> date:
    return world.hub.clock().astimezone(JST).date()


@pytest.mark.parametrize(
    ("decision", "after", "period"),
    [
        ("decide on full operation", State.FULL, TrialState.FULL),
        ("extend the trial", State.TRIAL, TrialState.EXTENDED),
        ("end the trial", State.LEFT, TrialState.ENDED),
    ],
)
def test_the_recorded_consultation_decides(
    world: World, coordinator: Account, client_as: Enter, *, decision: str, after: State, period: TrialState
) -> None:
    body = in_trial(world, coordinator)
    browser, page = client_as(coordinator), f"/bodies/{body.id}/operation"
    sent = {"decision": decision, "consulted_on": f"{today(world)}", "consultation": ""}
    assert browser.post_form(f"{page}/decision", sent, page=page).status_code == 422
    sent |= {"consultation": "IPA 及び組織と協議", "further_until": f"{today(world) + timedelta(days=90)}"}
    assert browser.post_form(f"{page}/decision", sent, page=page).status_code == 303
    assert state_of(world, body) is after
    with world.hub.db.reading() as session:
        ended = [each for each in queries.trials(session, body.id) if each.state is not TrialState.RUNNING]
        running = queries.running(session, body.id)
    assert [(each.state, each.consultation) for each in ended] == [(period, "IPA 及び組織と協議")]
    assert (running is not None) == (after is State.TRIAL)


def test_a_further_period_needs_its_last_day_and_a_trial_a_sound_one(
    world: World, coordinator: Account, client_as: Enter
) -> None:
    body = in_trial(world, coordinator)
    browser, page = client_as(coordinator), f"/bodies/{body.id}/operation"
    sent = {"decision": "extend the trial", "consulted_on": f"{today(world)}", "consultation": "協議"}
    for until in ("", f"{today(world)}", f"{today(world) + timedelta(days=4000)}"):
        answer = browser.post_form(f"{page}/decision", sent | {"further_until": until}, page=page)
        assert answer.status_code == 422
        assert 'href="#further_until"' in answer.text
    with world.hub.db.reading() as session:
        [trial] = queries.trials(session, body.id)
        assert trial.state is TrialState.RUNNING
        assert trial.ends_on == today(world) + service.A_TRIAL


def test_the_end_of_a_period_is_told_to_the_coordinators_before_and_after(
    world: World, coordinator: Account
) -> None:
    in_trial(world, coordinator, ends_on=date(2027, 2, 28))
    end = world.hub.clock().replace(year=2027, month=2, day=28)
    for days in (61, 60, 30, 7, -1, -3, -7):
        operation_letters.watch(world.hub, {}, end - timedelta(days=days))
    assert letters(world, "trial-ends").count(coordinator.email) == 5


@pytest.mark.parametrize("made", [Move.SUSPEND, Move.LEAVE, "agreement"])
def test_suspension_leaving_and_the_end_of_the_agreement_are_effective_at_once_everywhere(
    world: World, coordinator: Account, client_as: Enter, clock: HandedIn, made: Move | str
) -> None:
    arrived = world.release()
    world.work()
    waiting = world.release()
    with world.hub.db.transaction() as session:
        _, token = add_client(
            session,
            world.power.id,
            "道具",
            key=world.hub.token_key,
            by=acting(world.account()),
            now=clock(),
        )
    contact = client_as(world.account())
    tracking_id = world.tracking_id(arrived)
    tool = {"Authorization": f"Bearer {token}", "Accept": "application/taxii+json;version=2.1"}

    def polled() -> int:
        return contact.client.get("/priority/collections/", headers=tool).status_code

    assert (polled(), contact.get(f"/notices/{tracking_id}").status_code) == (200, 200)
    with world.hub.db.transaction() as session:
        if isinstance(made, Move):
            by = acting(coordinator)
            service.change(session, world.power.id, made, reason="協議の結果", by=by, now=clock())
        else:
            [agreement] = agreements.agreements_of(session, world.power.organisation_id)
            agreement_service.terminate(
                session, agreement.id, reason="協議の結果", by=acting(coordinator), now=clock()
            )
    assert polled() == 401
    assert contact.get(f"/notices/{tracking_id}").status_code == 404
    assert tracking_id not in contact.get("/notices").text
    before = len(world.stored())
    world.work()
    assert len(world.stored()) == before
    held = world.copy(waiting).state
    assert held is (DeliveryState.ENDED if made is Move.LEAVE else DeliveryState.HELD)
    assert world.mailing(waiting).state in {DeliveryState.ENDED, DeliveryState.HELD}
    request_destruction(world)
    request_destruction(world)
    with world.hub.db.reading() as session:
        [asked] = destructions.of_body(session, world.power.id)
    assert asked.covers == [tracking_id]
    assert asked.due_on == today(world) + timedelta(days=30)
    assert "/destructions" in contact.get("/").text


def test_a_certificate_of_destruction_is_filed_returned_filed_again_and_accepted(
    world: World, coordinator: Account, client_as: Enter
) -> None:
    with world.hub.db.transaction() as session:
        by = acting(coordinator)
        service.change(session, world.power.id, Move.LEAVE, reason="終了", by=by, now=world.hub.clock())
    request_destruction(world)
    with world.hub.db.reading() as session:
        [asked] = destructions.of_body(session, world.power.id)
    contact, staff, page = client_as(world.account()), client_as(coordinator), f"/destructions/{asked.id}"
    sent = {
        "signer": "局長 山田花子",
        "destroyed_on": f"{today(world)}",
        "members_too": "no",
        "statement": "媒体は破砕した。会員1社が未了。",
    }
    wrong = sent | {"destroyed_on": f"{today(world) + timedelta(days=1)}", "document": file("d.pdf", b"MZ")}
    answer = contact.post_form(f"{page}/file", wrong, page=page)
    assert answer.status_code == 422
    assert all(f'href="#{each}"' in answer.text for each in ("destroyed_on", "document"))
    assert contact.post_form(f"{page}/file", sent | {"document": file("d.pdf")}, page=page).status_code == 303
    assert "会員1社が未了" in staff.get(page).text
    assert staff.get(f"{page}/document").data == PDF
    assert staff.post_form(f"{page}/return", {"remarks": ""}, page=page).status_code == 422
    assert staff.post_form(f"{page}/return", {"remarks": "会員の分を"}, page=page).status_code == 303
    assert "会員の分を" in contact.get(page).text
    again = sent | {"members_too": "yes", "statement": "すべて破砕した。"}
    assert contact.post_form(f"{page}/file", again, page=page).status_code == 303
    assert staff.post_form(f"{page}/accept", page=page).status_code == 303
    with world.hub.db.reading() as session:
        assert destructions.destruction(session, asked.id).state is DestructionState.ACCEPTED
    assert world.power.name_ja in staff.get("/destructions").text
    stranger = world.add("ガスISAC", world.seat.gas)
    assert client_as(world.account(stranger)).get(page).status_code == 404


def test_one_that_is_due_or_overdue_is_asked_for_again_and_can_be_called_off(
    world: World, coordinator: Account, client_as: Enter
) -> None:
    now = world.hub.clock()
    with world.hub.db.transaction() as session:
        by = acting(coordinator)
        service.change(session, world.power.id, Move.SUSPEND, reason="調査", by=by, now=now)
    request_destruction(world)
    for days in (15, 16, 17, 23, 29, 30, 31, 32, 38):
        destruction_letters.watch(world.hub, {}, now + timedelta(days=days))
    mine = world.contact().email
    assert letters(world, "destruction-due").count(mine) == 3
    assert letters(world, "destruction-overdue").count(mine) == 2
    assert letters(world, "destruction-overdue").count(coordinator.email) == 2
    with world.hub.db.reading() as session:
        [asked] = destructions.of_body(session, world.power.id)
    staff, page = client_as(coordinator), f"/destructions/{asked.id}"
    assert staff.post_form(f"{page}/call-off", {"remarks": "再開する"}, page=page).status_code == 303
    destruction_letters.watch(world.hub, {}, now + timedelta(days=60))
    assert letters(world, "destruction-overdue").count(mine) == 2


def test_problems_of_the_trial_are_told_solved_and_seen_by_nobody_else(
    world: World, coordinator: Account, client_as: Enter
) -> None:
    contact, staff = client_as(world.account()), client_as(coordinator)
    page = f"/problems/of/{world.power.id}"
    assert contact.post_form(page, {"text": ""}).status_code == 422
    assert contact.post_form(page, {"text": "件名で気付かなかった"}).status_code == 303
    assert letters(world, "problem-told").count(coordinator.email) == 1
    link = staff.soup(page).select_one("main table a")
    assert link is not None
    one = str(link["href"])
    assert staff.post_form(one, {"solution": "振り分け規則を配った"}).status_code == 303
    assert "振り分け規則を配った" in contact.get(one).text
    assert contact.post_form(f"{one}/again", page=one).status_code == 303
    assert staff.soup(one).select("textarea[name=solution]") != []
    stranger = client_as(world.account(world.add("ガスISAC", world.seat.gas)))
    assert stranger.get(page).status_code == 404
    assert stranger.get(one).status_code == 404
    with world.hub.db.reading() as session:
        rows = session.execute(sa.text("SELECT text FROM trial_problem")).scalars().all()
    assert all("件名".encode() not in bytes(each) for each in rows)


def test_a_body_without_members_is_not_ready(world: World, coordinator: Account, client_as: Enter) -> None:
    with world.hub.db.transaction() as session:
        body = advisories.make_body(session, Readiness(state=State.PREPARATION), name="水道ISAC")
        pass_drill(session, body, at=world.hub.clock())
        for each in bodies.operators(session, body.id):
            each.left_on = today(world)
    page = f"/bodies/{body.id}/operation"
    answer = client_as(coordinator).post_form(f"{page}/trial", page=page)
    assert answer.status_code == 403
    assert state_of(world, body) is State.PREPARATION


def test_a_contact_sees_what_the_own_body_still_needs(world: World, client_as: Enter) -> None:
    with world.hub.db.transaction() as session:
        body = advisories.make_body(
            session, Readiness(state=State.PREPARATION, contact=AccountState.ACTIVE), name="水道ISAC"
        )
    page = client_as(world.account(body)).soup("/bodies/mine/operation")
    assert len(page.select("tbody .govuk-tag--red")) == 1  # no drill was passed
