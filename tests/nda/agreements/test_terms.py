"""An agreement in force: warned of before its end, renewed, amended, run out; who is awaited is reminded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from hub.accounts.models import Account, Role
from hub.core.errors import ConflictError, InputError
from hub.core.instance import Instance
from hub.core.outbox import Job
from nda.agreements import queries, renewing, service, watching
from nda.agreements.models import Agreement
from nda.agreements.renewing import Change
from nda.agreements.states import State
from tests.conftest import HandedIn
from tests.support.agreements import CONCLUSION, conclude, make_agreement, passed_on_agreement
from tests.support.applications import NOW, PDF, acting, file, make_person
from tests.support.browser import Browser

Clients = Callable[..., Browser]
END = datetime(2027, 11, 19, 15, tzinfo=UTC)  # the instant after the last day in Japan
NEXT = replace(CONCLUSION, starts_on=date(2027, 11, 20), ends_on=date(2029, 11, 19))


@pytest.fixture
def agreement(instance: Instance, applicant: Account, coordinator: Account) -> Agreement:
    with instance.db.transaction() as session:
        made = passed_on_agreement(session, applicant, vault=instance.vault)
        conclude(session, made.id, coordinator, vault=instance.vault)
        return made


def letters(hub: Instance, name: str) -> list[str]:
    with hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter"))
        return [job.values["to"] for job in jobs if job.values["letter"] == name]


def requests(hub: Instance) -> list[dict[str, str]]:
    with hub.db.reading() as session:
        asked = sa.select(Job).where(Job.kind == "destruction.request")
        return [job.values for job in session.scalars(asked)]


def state_of(hub: Instance, agreement: Agreement) -> State:
    with hub.db.reading() as session:
        return queries.agreement(session, agreement.id).state


@pytest.mark.usefixtures("agreement")
def test_its_end_is_told_at_90_60_30_and_7_days_to_contacts_and_coordinators(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    told = []
    for days in (91, 90, 89, 61, 60, 45, 30, 8, 7, 1):
        watching.watch(instance, {}, END - timedelta(days=days))
        told.append(letters(instance, "agreement-ending").count(applicant.email))
    assert told == [0, 1, 1, 1, 2, 2, 3, 3, 4, 4]
    assert letters(instance, "agreement-ending").count(coordinator.email) == 4


def test_nobody_is_warned_of_one_that_is_renewed_and_it_binds_without_a_gap(
    instance: Instance, agreement: Agreement, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        renewing.renew(session, agreement.id, NEXT, vault=instance.vault, by=acting(coordinator), now=NOW)
    watching.watch(instance, {}, END - timedelta(days=7))
    assert letters(instance, "agreement-ending") == []
    with instance.db.reading() as session:
        before = END - timedelta(seconds=1)
        assert queries.in_force(session, applicant.organisation_id, at=before)
    watching.watch(instance, {}, END)
    assert state_of(instance, agreement) is State.RAN_OUT
    assert requests(instance) == []
    with instance.db.reading() as session:
        for at in (END, END + timedelta(days=300)):
            assert queries.in_force(session, applicant.organisation_id, at=at)
        assert not queries.in_force(session, applicant.organisation_id, at=END + timedelta(days=3 * 365))


def test_a_renewal_leaves_no_gap_and_is_made_once(
    instance: Instance, agreement: Agreement, coordinator: Account
) -> None:
    by = acting(coordinator)
    late = replace(NEXT, starts_on=date(2027, 11, 21))
    with pytest.raises(InputError) as refused, instance.db.transaction() as session:
        renewing.renew(session, agreement.id, late, vault=instance.vault, by=by, now=NOW)
    assert set(refused.value.problems) == {"starts_on"}
    with instance.db.transaction() as session:
        renewing.renew(session, agreement.id, NEXT, vault=instance.vault, by=by, now=NOW)
        with pytest.raises(ConflictError):
            renewing.renew(session, agreement.id, NEXT, vault=instance.vault, by=by, now=NOW)


def test_one_that_runs_out_stops_the_provision_and_the_destruction_is_asked_for(
    instance: Instance, agreement: Agreement, applicant: Account
) -> None:
    for _ in range(2):
        watching.watch(instance, {}, END)
    assert state_of(instance, agreement) is State.RAN_OUT
    assert [each["cause"] for each in requests(instance)] == ["agreement-ended"]
    assert letters(instance, "agreement-terminated") == [applicant.email, "deputy@isac.example.jp"]


def test_the_end_of_one_ends_what_was_renewed_too(
    instance: Instance, agreement: Agreement, applicant: Account, coordinator: Account
) -> None:
    by = acting(coordinator)
    with instance.db.transaction() as session:
        renewing.renew(session, agreement.id, NEXT, vault=instance.vault, by=by, now=NOW)
        service.terminate(session, agreement.id, reason="漏えい", by=by, now=NOW)
    with instance.db.reading() as session:
        for at in (NOW, END + timedelta(days=1)):
            assert not queries.in_force(session, applicant.organisation_id, at=at)
    assert [each["cause"] for each in requests(instance)] == ["agreement-ended"]


@pytest.mark.parametrize("awaited", ["applicant", "reviewer", "coordinator"])
def test_whoever_it_waits_for_is_reminded_each_week(
    instance: Instance, applicant: Account, reviewer: Account, coordinator: Account, awaited: str
) -> None:
    with instance.db.transaction() as session:
        waiting = make_agreement(session, applicant, vault=instance.vault)
        if awaited != "applicant":
            service.answer(session, waiting.id, can=True, remarks="", by=acting(applicant), now=NOW)
        if awaited == "coordinator":
            service.pass_on(session, waiting.id, by=acting(reviewer), now=NOW)
    for days in (6, 7, 8, 14):
        watching.watch(instance, {}, NOW + timedelta(days=days))
    letter = "agreement-sample-waits" if awaited == "applicant" else "agreement-waits"
    person = {"applicant": applicant, "reviewer": reviewer, "coordinator": coordinator}[awaited]
    assert letters(instance, letter).count(person.email) == 2


def test_a_change_is_recorded_with_its_document_sealed(
    instance: Instance, agreement: Agreement, applicant: Account, coordinator: Account, client_as: Clients
) -> None:
    browser, page = client_as(coordinator), f"/agreements/{agreement.id}/amend"
    sent = {"agreed_on": "2026-11-20", "summary": "第10条"}
    assert browser.post_form(page, sent | {"document": file("a.pdf", b"MZ")}).status_code == 422
    assert browser.post_form(page, sent | {"document": file("a.pdf")}).status_code == 303
    with instance.db.reading() as session:
        [change] = queries.amendments(session, agreement.id)
        assert b"%PDF" not in change.document
    path = f"/agreements/{agreement.id}/amendments/{change.id}"
    assert client_as(applicant).get(path).data == PDF
    assert client_as(make_person(instance, Role.CONTACT)).get(path).status_code == 404
    assert "第10条" in client_as(applicant).get(f"/agreements/{agreement.id}").text
    wrong = Change(agreed_on=date(2026, 11, 21), summary=" ", document=b"")
    with pytest.raises(InputError) as refused, instance.db.transaction() as session:
        renewing.amend(session, agreement.id, wrong, vault=instance.vault, by=acting(coordinator), now=NOW)
    assert set(refused.value.problems) == {"agreed_on", "summary", "document"}


def test_the_pages_of_remarks_and_of_renewal_take_what_is_typed(
    instance: Instance,
    agreement: Agreement,
    coordinator: Account,
    reviewer: Account,
    *,
    clock: HandedIn,
    client_as: Clients,
) -> None:
    other = make_person(instance, Role.APPLICANT)
    with instance.db.transaction() as session:
        waiting = make_agreement(session, other, vault=instance.vault)
        service.answer(session, waiting.id, can=True, remarks="意見", by=acting(other), now=NOW)
    ipa, page = client_as(reviewer), f"/agreements/{waiting.id}"
    assert ipa.post_form(f"{page}/reply", {"text": ""}, page=page).status_code == 422
    assert ipa.post_form(f"{page}/reply", {"text": "回答"}, page=page).status_code == 303
    assert "回答" in client_as(other).get(page).text
    clock.now = END - timedelta(days=20)
    staff, renew = client_as(coordinator), f"/agreements/{agreement.id}/renew"
    assert "/agreements" in staff.get("/").text
    sent = {
        "body_signer": "理事長",
        "jpcert_signer": "代表理事",
        "decided_on": "2027-10-01",
        "starts_on": "2027-12-01",
        "ends_on": "2029-11-19",
    }
    assert staff.post_form(renew, sent | {"document": file("a.pdf")}).status_code == 422
    sent |= {"starts_on": "2027-11-20"}
    assert staff.post_form(renew, sent | {"document": file("a.pdf")}).status_code == 303


def test_the_sample_is_a_file_for_those_whom_it_concerns(
    instance: Instance, agreement: Agreement, applicant: Account, client_as: Clients
) -> None:
    browser, path = client_as(applicant), f"/agreements/{agreement.id}/sample"
    for lang in ("ja", "en"):
        assert browser.get(f"{path}/{lang}").data.startswith(b"%PDF-")
    assert browser.get(f"{path}/fr").status_code == 404
    assert client_as(make_person(instance, Role.CONTACT)).get(f"{path}/ja").status_code == 404
