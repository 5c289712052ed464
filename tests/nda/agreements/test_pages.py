import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.accounts.models import Account, Role
from hub.core.instance import Instance
from nda.agreements import queries
from nda.agreements.models import Agreement
from nda.agreements.states import State
from sectors.bodies.models import Body
from tests.support.agreements import conclude, make_agreement, passed_on_agreement
from tests.support.applications import PDF, file
from tests.support.browser import Browser

Clients = Callable[..., Browser]
SIGNED = {
    "body_signer": "理事長",
    "jpcert_signer": "代表理事",
    "decided_on": "2026-11-19",
    "starts_on": "2026-11-20",
    "ends_on": "2027-11-19",
}


def state(instance: Instance, agreement_id: uuid.UUID) -> State:
    with instance.db.reading() as session:
        return queries.agreement(session, agreement_id).state


@pytest.fixture
def sent(instance: Instance, applicant: Account) -> Agreement:
    with instance.db.transaction() as session:
        return make_agreement(session, applicant, vault=instance.vault)


@pytest.fixture
def passed_on(instance: Instance, applicant: Account) -> Agreement:
    with instance.db.transaction() as session:
        return passed_on_agreement(session, applicant, vault=instance.vault)


def test_the_way_from_the_sample_to_the_body(
    instance: Instance, sent: Agreement, applicant: Account, client_as: Clients
) -> None:
    page = f"/agreements/{sent.id}"
    asks, passes, concludes = client_as(applicant), client_as(Role.REVIEWER), client_as(Role.COORDINATOR)
    assert "(ア)" in asks.get(page).text
    answered = {"answer": "remarks", "remarks": "第9条の期限を30日に"}
    assert asks.post_form(f"{page}/answer", answered, page=page).status_code == 303
    assert str(sent.id) in passes.get("/agreements").text
    assert "第9条の期限を30日に" in passes.get(page).text
    assert passes.post_form(f"{page}/pass-on", page=page).status_code == 303
    signed = SIGNED | {"document": file("nda.pdf")}
    assert concludes.post_form(f"{page}/conclude", signed, page=page).status_code == 303
    assert state(instance, sent.id) is State.CONCLUDED
    with instance.db.reading() as session:
        body = session.scalars(sa.select(Body)).one()
    assert "電力ISAC" in concludes.get(f"/bodies/{body.id}").text
    assert concludes.get(f"{page}/document").data == PDF
    ended = {"reason": "契約違反", "sure": "y"}
    assert concludes.post_form(f"{page}/terminate", {"reason": "契約違反"}, page=page).status_code == 422
    assert concludes.post_form(f"{page}/terminate", ended, page=page).status_code == 303
    assert state(instance, sent.id) is State.TERMINATED


def test_remarks_that_the_answer_speaks_of_are_asked_for(
    instance: Instance, sent: Agreement, applicant: Account, client_as: Clients
) -> None:
    page = f"/agreements/{sent.id}"
    answer = client_as(applicant).post_form(f"{page}/answer", {"answer": "remarks"}, page=page)
    assert answer.status_code == 422
    assert 'href="#remarks"' in answer.text
    assert state(instance, sent.id) is State.SAMPLE_SENT


def test_a_conclusion_with_wrong_days_keeps_what_was_typed(
    passed_on: Agreement, coordinator: Account, client_as: Clients
) -> None:
    page = f"/agreements/{passed_on.id}"
    wrong = SIGNED | {"ends_on": "2026-11-01", "document": file("nda.pdf", b"MZ")}
    answer = client_as(coordinator).post_form(f"{page}/conclude", wrong, page=page)
    assert answer.status_code == 422
    assert 'href="#ends_on"' in answer.text
    assert 'href="#document"' in answer.text
    assert 'value="理事長"' in answer.text


def test_another_organisations_agreement_is_not_there(
    instance: Instance, passed_on: Agreement, coordinator: Account, client_as: Clients
) -> None:
    with instance.db.transaction() as session:
        conclude(session, passed_on.id, coordinator, vault=instance.vault)
    stranger = client_as(Role.CONTACT)
    assert stranger.get(f"/agreements/{passed_on.id}").status_code == 404
    assert stranger.get(f"/agreements/{passed_on.id}/document").status_code == 404
    assert str(passed_on.id) not in stranger.get("/agreements").text


def test_each_act_is_for_its_role(sent: Agreement, applicant: Account, client_as: Clients) -> None:
    page = f"/agreements/{sent.id}"
    for act in ("pass-on", "conclude", "terminate", "send-back"):
        assert client_as(applicant).post_form(f"{page}/{act}", page=page).status_code == 403
