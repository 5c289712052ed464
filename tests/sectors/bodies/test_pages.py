from collections.abc import Callable

import pytest

from hub.accounts.models import Account, Role
from hub.core.errors import IllegalMoveError, InputError, NotFoundError
from hub.core.instance import Instance
from sectors.bodies import queries, service
from sectors.bodies.models import Body
from sectors.bodies.states import Move, State
from tests.support.applications import NOW, acting, make_person
from tests.support.bodies import make_body_of
from tests.support.browser import Browser

Clients = Callable[..., Browser]


@pytest.fixture
def body(instance: Instance, applicant: Account, coordinator: Account) -> Body:
    with instance.db.transaction() as session:
        return make_body_of(session, applicant, by=coordinator)


def test_coordinators_and_own_contacts_see_a_body(body: Body, applicant: Account, client_as: Clients) -> None:
    own, staff = client_as(applicant), client_as(Role.COORDINATOR)
    assert own.get("/bodies/mine").location == f"/bodies/{body.id}"
    for browser in (own, staff):
        page = browser.get(f"/bodies/{body.id}").text
        assert "deputy@isac.example.jp" in page
        assert "電力2" in browser.get(f"/bodies/{body.id}/operators").text
    assert "電力ISAC" in staff.get("/bodies").text


def test_another_body_is_not_there(instance: Instance, body: Body, client_as: Clients) -> None:
    stranger = client_as(make_person(instance, Role.CONTACT))
    assert stranger.get(f"/bodies/{body.id}").status_code == 404
    assert stranger.get("/bodies/mine").status_code == 404
    assert stranger.get("/bodies").status_code == 403
    assert client_as(Role.ADMINISTRATOR).get(f"/bodies/{body.id}").status_code == 403


def test_contacts_choose_who_receives_for_their_tools(
    instance: Instance, body: Body, applicant: Account, client_as: Clients
) -> None:
    with instance.db.reading() as session:
        main, deputy = queries.contacts(session, body.id)
        assert queries.receiving_contact(session, queries.body(session, body.id)) == main
    page = f"/bodies/{body.id}"
    own = client_as(applicant)
    assert own.post_form(f"{page}/receiving", {"contact": "nobody"}, page=page).status_code == 422
    assert own.post_form(f"{page}/receiving", {"contact": str(deputy.id)}, page=page).status_code == 303
    with instance.db.reading() as session:
        chosen = queries.receiving_contact(session, queries.body(session, body.id))
        assert chosen is not None
        assert chosen.id == deputy.id


def test_only_the_body_itself_chooses_one_of_its_contacts(
    instance: Instance, body: Body, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        main = queries.contacts(session, body.id)[0]
        with pytest.raises(NotFoundError):
            service.choose_receiving_contact(session, body.id, main.id, by=acting(coordinator), now=NOW)
        with pytest.raises(InputError):
            service.choose_receiving_contact(session, body.id, body.id, by=acting(applicant), now=NOW)


def test_a_move_keeps_its_reason(instance: Instance, body: Body, coordinator: Account) -> None:
    by = acting(coordinator)
    with instance.db.transaction() as session:
        service.move(session, body.id, Move.BEGIN_TRIAL, reason="協議により開始", by=by, now=NOW)
        with pytest.raises(IllegalMoveError):
            service.move(session, body.id, Move.BEGIN_TRIAL, reason="もう一度", by=by, now=NOW)
    with instance.db.reading() as session:
        assert queries.body(session, body.id).state is State.TRIAL
        assert [each.reason for each in queries.moves(session, body.id)] == ["協議により開始"]
