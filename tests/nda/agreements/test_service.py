import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role, SignIn
from hub.core.errors import ConflictError, IllegalMoveError, InputError, NotFoundError
from hub.core.instance import Instance
from hub.core.outbox import Job
from nda.agreements import letters, queries, service
from nda.agreements.models import Agreement
from nda.agreements.states import State
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, ContactKind
from sectors.bodies.states import State as BodyState
from sectors.requirements.queries import all_attested
from tests.support.agreements import CONCLUSION, conclude, make_agreement, passed_on_agreement
from tests.support.applications import (
    NOW,
    accepted_application,
    acting,
    make_application,
    make_person,
    make_submission,
)


def told(instance: Instance) -> set[tuple[str, str]]:
    with instance.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter")).all()
        return {(job.values["letter"], job.values["to"]) for job in jobs}


def test_the_sample_is_sent_once_however_often_the_job_runs(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    with instance.db.transaction() as session:
        application = accepted_application(session, applicant, reviewer, vault=instance.vault)
    for _ in range(2):
        letters.send_sample(instance, {"application_id": str(application.id)}, NOW)
    with instance.db.reading() as session:
        agreement = session.scalars(sa.select(Agreement)).one()
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter")).all()
    assert (agreement.state, agreement.text_version) == (State.SAMPLE_SENT, "sample-2")
    assert [job.values["to"] for job in jobs if job.values["letter"] == "agreement-sample"] == [
        applicant.email
    ]


def test_an_application_that_is_not_accepted_gets_no_sample(instance: Instance, applicant: Account) -> None:
    with instance.db.transaction() as session:
        application = make_application(session, applicant, vault=instance.vault)
        with pytest.raises(NotFoundError):
            service.send_sample(session, application.id, now=NOW)


def test_who_cannot_conclude_ends_the_procedure(instance: Instance, applicant: Account) -> None:
    with instance.db.transaction() as session:
        agreement = make_agreement(session, applicant, vault=instance.vault)
        service.answer(session, agreement.id, can=False, remarks="規約上不可", by=acting(applicant), now=NOW)
        assert agreement.state is State.DECLINED
        with pytest.raises(IllegalMoveError):
            service.answer(session, agreement.id, can=True, remarks="", by=acting(applicant), now=NOW)


def test_another_organisation_cannot_answer(instance: Instance, applicant: Account) -> None:
    stranger = make_person(instance, Role.APPLICANT)
    with instance.db.transaction() as session:
        agreement = make_agreement(session, applicant, vault=instance.vault)
        with pytest.raises(NotFoundError):
            service.answer(session, agreement.id, can=True, remarks="", by=acting(stranger), now=NOW)


def test_documents_go_to_jpcert_and_back_with_remarks(
    instance: Instance, applicant: Account, reviewer: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        agreement = passed_on_agreement(session, applicant, vault=instance.vault)
        service.send_back(session, agreement.id, remarks="名簿を確認", by=acting(coordinator), now=NOW)
        states = [agreement.state]
        service.pass_on(session, agreement.id, by=acting(reviewer), now=NOW + timedelta(days=1))
        states.append(agreement.state)
    assert states == [State.ANSWERED, State.PASSED_ON]
    assert ("agreement-passed-on", coordinator.email) in told(instance)
    assert ("agreement-sent-back", reviewer.email) in told(instance)


def test_conclusion_makes_the_body_with_all_that_was_applied_for(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        agreement = passed_on_agreement(session, applicant, vault=instance.vault)
        body = conclude(session, agreement.id, coordinator, vault=instance.vault)
    with instance.db.reading() as session:
        body = bodies.body(session, body.id)
        assert (body.state, body.sector_codes) == (BodyState.PREPARATION, frozenset({"electricity"}))
        main, deputy = bodies.contacts(session, body.id)
        assert (main.kind, main.account_id) == (ContactKind.MAIN, applicant.id)
        assert bodies.is_confirmed(session, main)
        assert not bodies.is_confirmed(session, deputy)
        assert len(bodies.operators(session, body.id)) == 2
        assert all_attested(session, body.id, on=date(2027, 11, 19))
        assert not all_attested(session, body.id, on=date(2027, 11, 20))
        assert accounts.account(session, applicant.id).role is Role.CONTACT
        invited = session.scalars(sa.select(Job).where(Job.kind == "account.invitation")).one()
        assert invited.values["account_id"] == str(deputy.account_id)
    assert {("agreement-concluded", applicant.email), ("agreement-concluded", deputy.email)} <= told(instance)


def test_the_agreement_binds_from_its_first_to_the_end_of_its_last_day(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        agreement = passed_on_agreement(session, applicant, vault=instance.vault)
        conclude(session, agreement.id, coordinator, vault=instance.vault)
        first = datetime(2026, 11, 19, 15, tzinfo=UTC)  # midnight of the 20th in Japan
        end = datetime(2027, 11, 19, 15, tzinfo=UTC)
        instants = (first - timedelta(seconds=1), first, end - timedelta(seconds=1), end)
        binds = [queries.in_force(session, applicant.organisation_id, at=at) for at in instants]
    assert binds == [False, True, True, False]


def test_the_signed_document_lies_sealed_and_is_read_again(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        agreement = passed_on_agreement(session, applicant, vault=instance.vault)
        conclude(session, agreement.id, coordinator, vault=instance.vault)
        assert agreement.document is not None
        assert b"%PDF" not in agreement.document
        read = service.document_of(session, agreement, vault=instance.vault, by=acting(coordinator), now=NOW)
    assert read == CONCLUSION.document


def test_impossible_days_and_documents_are_named_together(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    wrong = dataclasses.replace(
        CONCLUSION, ends_on=date(2026, 11, 20), decided_on=date(2026, 11, 21), document=b"MZ"
    )
    with instance.db.transaction() as session:
        agreement = passed_on_agreement(session, applicant, vault=instance.vault)
        with pytest.raises(InputError) as refused:
            service.conclude(
                session, agreement.id, wrong, vault=instance.vault, by=acting(coordinator), now=NOW
            )
    assert set(refused.value.problems) == {"ends_on", "decided_on", "document"}


def test_a_contact_of_another_organisation_stops_the_conclusion(
    instance: Instance, applicant: Account, reviewer: Account, coordinator: Account
) -> None:
    foreign = make_person(instance, Role.CONTACT)
    submission = make_submission(main=applicant.email, deputy=foreign.email)
    with instance.db.transaction() as session:
        application = accepted_application(
            session, applicant, reviewer, vault=instance.vault, submission=submission
        )
        agreement = service.send_sample(session, application.id, now=NOW)
        service.answer(session, agreement.id, can=True, remarks="", by=acting(applicant), now=NOW)
        service.pass_on(session, agreement.id, by=acting(reviewer), now=NOW)
    with pytest.raises(ConflictError), instance.db.transaction() as session:
        conclude(session, agreement.id, coordinator, vault=instance.vault)
    with instance.db.reading() as session:
        assert queries.agreement(session, agreement.id).state is State.PASSED_ON
        assert session.scalars(sa.select(Body)).all() == []


def test_a_renewal_finds_the_body_and_duplicates_nothing(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        first = passed_on_agreement(session, applicant, vault=instance.vault)
        body = conclude(session, first.id, coordinator, vault=instance.vault)
        again = passed_on_agreement(session, applicant, vault=instance.vault)
        assert conclude(session, again.id, coordinator, vault=instance.vault) is body
    with instance.db.reading() as session:
        assert len(session.scalars(sa.select(Body)).all()) == 1
        assert len(bodies.contacts(session, body.id)) == 2
        assert len(bodies.operators(session, body.id)) == 2
        assert bodies.body(session, body.id).sector_codes == {"electricity"}


def test_an_agreement_is_concluded_once(instance: Instance, applicant: Account, coordinator: Account) -> None:
    with instance.db.transaction() as session:
        agreement = passed_on_agreement(session, applicant, vault=instance.vault)
        conclude(session, agreement.id, coordinator, vault=instance.vault)
        with pytest.raises(IllegalMoveError):
            conclude(session, agreement.id, coordinator, vault=instance.vault)


def test_the_end_takes_effect_at_once_and_contacts_are_told(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        agreement = passed_on_agreement(session, applicant, vault=instance.vault)
        conclude(session, agreement.id, coordinator, vault=instance.vault)
        with pytest.raises(InputError):
            service.terminate(session, agreement.id, reason=" ", by=acting(coordinator), now=NOW)
        service.terminate(session, agreement.id, reason="漏えい", by=acting(coordinator), now=NOW)
        assert not queries.in_force(session, applicant.organisation_id, at=NOW)
    assert ("agreement-terminated", applicant.email) in told(instance)


def test_an_applicant_who_becomes_a_contact_signs_in_anew(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        session.add(
            SignIn(account_id=applicant.id, digest=b"d" * 32, began_at=NOW, seen_at=NOW, verified_at=NOW)
        )
        agreement = passed_on_agreement(session, applicant, vault=instance.vault)
        conclude(session, agreement.id, coordinator, vault=instance.vault)
    with instance.db.reading() as session:
        assert session.scalars(sa.select(SignIn.ended_at)).one() == NOW


def test_remarks_go_back_to_ipa_whose_reply_asks_the_applicant_anew(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    with instance.db.transaction() as session:
        agreement = make_agreement(session, applicant, vault=instance.vault)
        by = acting(applicant)
        service.answer(session, agreement.id, can=True, remarks="第10条を改めたい", by=by, now=NOW)
        states = [agreement.state]
        with pytest.raises(InputError):
            service.reply(session, agreement.id, text=" ", by=acting(reviewer), now=NOW)
        service.reply(session, agreement.id, text="改めた版を送る", by=acting(reviewer), now=NOW)
        states.append(agreement.state)
        service.answer(session, agreement.id, can=True, remarks="", by=by, now=NOW + timedelta(days=1))
        states.append(agreement.state)
    assert states == [State.REMARKED, State.SAMPLE_SENT, State.ANSWERED]
    assert {("agreement-remarked", reviewer.email), ("agreement-replied", applicant.email)} <= told(instance)


def test_ipa_may_pass_remarks_on_as_they_are(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    with instance.db.transaction() as session:
        agreement = make_agreement(session, applicant, vault=instance.vault)
        by = acting(applicant)
        service.answer(session, agreement.id, can=True, remarks="押印は電子署名で", by=by, now=NOW)
        service.pass_on(session, agreement.id, by=acting(reviewer), now=NOW)
        assert agreement.state is State.PASSED_ON
