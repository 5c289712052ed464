"""Readiness and operation on the coordinators' page."""

import uuid
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask_babel import gettext
from hypothesis import HealthCheck, example, given, settings
from werkzeug.test import TestResponse

from feeds.delivery.models import Series
from feeds.operation import service
from hub.accounts.models import Role
from hub.accounts.states import State as AccountState
from hub.core.audit import THE_HUB
from hub.core.db import Database
from hub.core.errors import IllegalMoveError, NotAllowedError
from hub.web.state_words import STATES
from nda.agreements.states import State as AgreementState
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import State
from tests.feeds.advisories.test_audience import meets_all, readiness
from tests.support import advisories
from tests.support.advisories import NOW, Readiness
from tests.support.browser import Browser
from tests.support.delivery import World
from tests.support.drills import pass_drill

Enter = Callable[[object], Browser]


@pytest.fixture
def coordinator(client_as: Enter) -> Browser:
    return client_as(Role.COORDINATOR)


def body_that(world: World, **has: object) -> Body:
    with world.hub.db.transaction() as session:
        body = advisories.make_body(session, Readiness(**{"state": State.PREPARATION} | has))  # type: ignore[arg-type]  # what a test names
        pass_drill(session, body, at=NOW)
    return body


def state_of(world: World, body: Body) -> State:
    with world.hub.db.reading() as session:
        return bodies.body(session, body.id).state


def page_of(body: Body, rest: str = "") -> str:
    return f"/bodies/{body.id}/operation{rest}"


def not_ready(browser: Browser) -> str:
    """Return the refusal in the reader's language."""
    with browser.client.application.test_request_context():
        return str(gettext("The body is not ready for trial operation"))


def soup(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.data, "html.parser")


def test_a_body_that_has_all_begins_its_trial_and_has_its_collections(
    world: World, coordinator: Browser
) -> None:
    body = body_that(world)
    page = coordinator.soup(page_of(body))
    assert len(page.select("tbody .govuk-tag--green")) == 6
    assert not page.select("tbody .govuk-tag--red")
    answer = coordinator.post_form(page_of(body, "/trial"), page=page_of(body))
    assert answer.status_code == 303
    assert state_of(world, body) is State.TRIAL
    with world.hub.db.reading() as session:
        assert session.get(Series, body.id)
        [moved] = bodies.moves(session, body.id)
    assert coordinator.account
    assert moved.account_id == coordinator.account.id


@pytest.mark.parametrize(
    "lacking",
    [
        {"agreement_state": AgreementState.PASSED_ON},
        {"ends_at": NOW},
        {"attested": frozenset()},
        {"contact": AccountState.INVITED},
        {"not_after": NOW},
    ],
)
def test_a_body_that_lacks_something_is_refused_and_the_page_says_what(
    world: World, coordinator: Browser, lacking: dict[str, object]
) -> None:
    body = body_that(world, **lacking)
    page = coordinator.soup(page_of(body))
    [row] = [each for each in page.select("tbody tr") if each.select(".govuk-tag--red")]
    assert row.select("td")[-1].get_text(strip=True)
    answer = coordinator.post_form(page_of(body, "/trial"), page=page_of(body))
    assert answer.status_code == 403
    said = soup(answer).select_one("main p.govuk-body")
    assert said
    assert said.get_text(strip=True) not in {
        "",
        "Your account has no right to it. If you need it, ask the operator.",
    }
    assert state_of(world, body) is State.PREPARATION
    with world.hub.db.reading() as session:
        assert session.get(Series, body.id) is None


@given(has=readiness)
@example(has=Readiness(state=State.PREPARATION))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_trial_begins_exactly_when_all_is_met_and_the_body_prepares(db: Database, has: Readiness) -> None:
    with db.transaction() as session:
        body = advisories.make_body(session, has)
        as_if_full = Readiness(
            **{name: getattr(has, name) for name in Readiness.__dataclass_fields__} | {"state": State.FULL}
        )
        ready = meets_all(as_if_full, None)
        pass_drill(session, body, at=NOW)
        before = has.state
        try:
            service.begin_trial(session, body.id, by=THE_HUB, now=NOW)
            begun = True
        except (NotAllowedError, IllegalMoveError):
            begun = False
        assert begun == (ready and before is State.PREPARATION)
        assert bodies.body(session, body.id).state is (State.TRIAL if begun else before)


def test_without_a_drill_there_is_no_trial_but_with_a_waiver_that_another_person_recorded(
    world: World, coordinator: Browser, client_as: Enter
) -> None:
    with world.hub.db.transaction() as session:
        body = advisories.make_body(session, Readiness(state=State.PREPARATION))
    assert coordinator.post_form(page_of(body, "/trial"), page=page_of(body)).status_code == 403
    waiver = page_of(body, "/drill-waiver")
    assert coordinator.post_form(waiver, {"waiver": ""}, page=page_of(body)).status_code == 422
    sent = {"waiver": "既に試行運用中の分野から引き継ぐ"}
    assert coordinator.post_form(waiver, sent, page=page_of(body)).status_code == 303
    assert sent["waiver"] in coordinator.get(page_of(body)).text
    assert coordinator.post_form(page_of(body, "/trial"), page=page_of(body)).status_code == 403
    assert state_of(world, body) is State.PREPARATION
    other = client_as(Role.COORDINATOR)
    assert other.post_form(page_of(body, "/trial"), page=page_of(body)).status_code == 303
    assert state_of(world, body) is State.TRIAL


def test_suspension_and_leaving_each_want_a_reason(world: World, coordinator: Browser) -> None:
    body = body_that(world, state=State.TRIAL)
    moves = [("suspend", State.SUSPENDED), ("prepare again", State.PREPARATION), ("leave", State.LEFT)]
    for move, after in moves:
        sent = {"move": move, "reason": f"協議の結果 {move}"}
        answer = coordinator.post_form(page_of(body, "/move"), sent, page=page_of(body))
        assert answer.status_code == 303
        assert state_of(world, body) is after
    with world.hub.db.reading() as session:
        assert len({each.reason for each in bodies.moves(session, body.id)}) == 3
    assert coordinator.soup(page_of(body)).select("form[action*=operation]") == []


@pytest.mark.parametrize(
    ("move", "reason"),
    [("suspend", ""), ("", "理由だけ"), ("suspend", "x" * 501), ("begin trial", "理由"), ("leave!", "理由")],
)
def test_a_form_that_lacks_something_keeps_what_was_typed(
    world: World, coordinator: Browser, move: str, reason: str
) -> None:
    body = body_that(world, state=State.FULL)
    sent = {"move": move, "reason": reason}
    answer = coordinator.post_form(page_of(body, "/move"), sent, page=page_of(body))
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one(".govuk-error-summary")
    written = page.select_one("textarea[name=reason]")
    assert written
    assert written.get_text().strip() == reason
    chosen = [each["value"] for each in page.select("input[name=move][checked]")]
    assert chosen == ([move] if move == "suspend" else [])
    assert state_of(world, body) is State.FULL


def test_a_trial_cannot_begin_twice_or_from_another_state(world: World, coordinator: Browser) -> None:
    body = body_that(world, state=State.SUSPENDED)
    assert not coordinator.soup(page_of(body)).select("form[action$=trial]")
    answer = coordinator.post_form(page_of(body, "/trial"), page=page_of(body))
    assert answer.status_code == 409
    assert state_of(world, body) is State.SUSPENDED


def test_nobody_but_a_coordinator_sees_or_changes_operation(world: World, client_as: Enter) -> None:
    for role in set(Role) - {Role.COORDINATOR}:
        browser = client_as(world.account() if role is Role.CONTACT else role)
        assert browser.get(page_of(world.power)).status_code == 403
    assert client_as(Role.COORDINATOR).get(f"/bodies/{uuid.uuid4()}/operation").status_code == 404


@pytest.mark.parametrize("state", State)
def test_every_state_of_a_body_has_its_word_for_people(state: State) -> None:
    assert state.value in STATES
