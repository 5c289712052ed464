import uuid

import pytest
import sqlalchemy as sa

from hub.accounts.models import Account, Role
from hub.core.audit import Entry
from hub.core.errors import ConflictError, IllegalMoveError, InputError, NotAllowedError, NotFoundError
from hub.core.instance import Instance
from hub.core.outbox import Job
from sectors.applications import acts, queries, review, service
from sectors.applications.differences import Change, between
from sectors.applications.items import SECTION, Item, Section
from sectors.applications.models import AttachmentKind, RefusalCondition
from sectors.applications.review import Verdict
from sectors.applications.states import Move, State
from sectors.applications.submission import BodyKind
from tests.support.applications import (
    IN_ORDER,
    NOW,
    acting,
    make_application,
    make_person,
    make_submission,
    make_uploads,
)


def letters(instance: Instance) -> set[tuple[str, str]]:
    with instance.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter")).all()
        return {(job.values["letter"], job.values["to"]) for job in jobs}


def submit(instance: Instance, applicant: Account, **changes: object) -> uuid.UUID:
    submission = make_submission(main=applicant.email, **changes)  # type: ignore[arg-type] # test's own words
    with instance.db.transaction() as session:
        return make_application(session, applicant, vault=instance.vault, submission=submission).id


def take(instance: Instance, application_id: uuid.UUID, reviewer: Account) -> None:
    with instance.db.transaction() as session:
        review.take(session, application_id, version=1, by=acting(reviewer), now=NOW)


def test_what_was_submitted_is_read_again_and_lies_sealed(instance: Instance, applicant: Account) -> None:
    application_id = submit(instance, applicant)
    with instance.db.reading() as session:
        application = queries.application(session, application_id)
        assert application.state is State.SUBMITTED
        assert application.receipt_number.startswith("R2026-")
        assert "電力ISAC".encode() not in application.document
        assert acts.submission_of(application, vault=instance.vault) == make_submission(main=applicant.email)
        attached = queries.attachments(session, application_id)
        assert [each.kind for each in attached] == list(AttachmentKind)
        assert not any(each.content.startswith(b"%PDF") for each in attached)


def test_applicant_and_reviewers_are_told(instance: Instance, applicant: Account, reviewer: Account) -> None:
    submit(instance, applicant)
    assert letters(instance) >= {
        ("application-received", applicant.email),
        ("application-submitted", reviewer.email),
    }


def test_a_second_open_application_is_refused(instance: Instance, applicant: Account) -> None:
    submit(instance, applicant)
    with pytest.raises(ConflictError, match="under way"):
        submit(instance, applicant)


def test_after_a_withdrawal_one_may_apply_again(instance: Instance, applicant: Account) -> None:
    first = submit(instance, applicant)
    with instance.db.transaction() as session:
        service.withdraw(session, first, by=acting(applicant), now=NOW)
    assert submit(instance, applicant) != first


def test_another_organisation_finds_nothing(instance: Instance, applicant: Account) -> None:
    application_id = submit(instance, applicant)
    stranger = make_person(instance, Role.APPLICANT)
    with instance.db.transaction() as session, pytest.raises(NotFoundError):
        service.withdraw(session, application_id, by=acting(stranger), now=NOW)


def test_a_returned_application_is_corrected_and_its_documents_replaced(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    application_id = submit(instance, applicant)
    take(instance, application_id, reviewer)
    corrected = make_submission(main=applicant.email, operators=3)
    with instance.db.transaction() as session:
        wrong = {Item.OPERATORS: Verdict(in_order=False, remark="名簿が古い")}
        review.send_back(
            session, application_id, wrong, remarks="全体に", version=2, by=acting(reviewer), now=NOW
        )
        service.resubmit(
            session,
            application_id,
            corrected,
            uploads=make_uploads()[:1],
            vault=instance.vault,
            by=acting(applicant),
            now=NOW,
        )
    with instance.db.reading() as session:
        application = queries.application(session, application_id)
        assert (application.state, application.revision) == (State.SUBMITTED, 2)
        assert acts.submission_of(application, vault=instance.vault) == corrected
        assert len(queries.attachments(session, application_id)) == len(AttachmentKind)
        history = queries.history(session, application_id)
        assert [each.move for each in history] == [Move.SUBMIT, Move.TAKE, Move.RETURN, Move.RESUBMIT]
        assert history[2].remarks == "全体に"
    assert ("application-returned", applicant.email) in letters(instance)


def test_acceptance_promises_the_sample_agreement(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    application_id = submit(instance, applicant)
    take(instance, application_id, reviewer)
    accept(instance, application_id, reviewer)
    with instance.db.reading() as session:
        job = session.scalars(sa.select(Job).where(Job.kind == "agreement.sample")).one()
        assert job.values == {"application_id": str(application_id)}
    assert ("application-accepted", applicant.email) in letters(instance)


def accept(instance: Instance, application_id: uuid.UUID, reviewer: Account, text: str = "") -> None:
    with instance.db.transaction() as session:
        review.accept(
            session,
            application_id,
            IN_ORDER,
            other_body_review=text,
            version=2,
            vault=instance.vault,
            by=acting(reviewer),
            now=NOW,
        )


def test_without_a_tick_for_each_item_nothing_is_accepted(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    application_id = submit(instance, applicant)
    take(instance, application_id, reviewer)
    some: dict[Item, Verdict] = {item: IN_ORDER[item] for item in Item if item is not Item.ISAC}
    with instance.db.transaction() as session, pytest.raises(InputError, match="Tick every item"):
        review.accept(
            session,
            application_id,
            some,
            other_body_review="",
            version=2,
            vault=instance.vault,
            by=acting(reviewer),
            now=NOW,
        )


def test_after_a_correction_only_what_was_returned_is_looked_at_anew(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    application_id = submit(instance, applicant)
    take(instance, application_id, reviewer)
    verdicts = IN_ORDER | {Item.MEMORANDA: Verdict(in_order=False, remark="覚書の日付がない")}
    with instance.db.transaction() as session:
        review.send_back(
            session, application_id, verdicts, remarks="", version=2, by=acting(reviewer), now=NOW
        )
        application = queries.application(session, application_id)
        assert queries.returned_sections(session, application) == {Section.MEMBERS}
        corrected = make_submission(main=applicant.email, operators=3)
        service.resubmit(
            session,
            application_id,
            corrected,
            uploads=(),
            vault=instance.vault,
            by=acting(applicant),
            now=NOW,
        )
        about_members = {item for item, section in SECTION.items() if section is Section.MEMBERS}
        assert set(queries.standing_ticks(session, application)) == set(Item) - about_members
        earlier = queries.earlier_filing(session, application)
        assert earlier is not None
        changed = between(acts.earlier_submission(earlier, vault=instance.vault), corrected)
        assert (changed.told, [each.change for each in changed.members]) == ((), [Change.ADDED])


def test_a_body_of_one_operator_is_not_accepted(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    application_id = submit(instance, applicant, operators=1)
    take(instance, application_id, reviewer)
    with pytest.raises(NotAllowedError):
        accept(instance, application_id, reviewer)


def test_a_body_that_is_no_isac_needs_a_written_further_review(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    application_id = submit(instance, applicant, body_kind=BodyKind.OTHER)
    take(instance, application_id, reviewer)
    with pytest.raises(InputError) as refused:
        accept(instance, application_id, reviewer, text="  ")
    assert set(refused.value.problems) == {"other_body_review"}
    accept(instance, application_id, reviewer, text="定款と活動実績を確認した")


def test_a_refusal_names_its_condition(instance: Instance, applicant: Account, reviewer: Account) -> None:
    application_id = submit(instance, applicant)
    take(instance, application_id, reviewer)
    with instance.db.transaction() as session:
        review.refuse(
            session,
            application_id,
            condition=RefusalCondition.NOT_CRITICAL,
            version=2,
            by=acting(reviewer),
            now=NOW,
        )
    with instance.db.reading() as session:
        application = queries.application(session, application_id)
        assert (application.state, application.refusal_condition) == (State.REFUSED, "not-critical")
    assert ("application-refused", applicant.email) in letters(instance)


def test_the_second_of_two_reviewers_is_told_and_changes_nothing(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    second = make_person(instance, Role.REVIEWER)
    application_id = submit(instance, applicant)
    take(instance, application_id, reviewer)
    with pytest.raises(ConflictError, match="meanwhile"):
        take(instance, application_id, second)
    with instance.db.reading() as session:
        assert queries.application(session, application_id).reviewer_id == reviewer.id


def test_a_step_cannot_be_left_out(instance: Instance, applicant: Account, reviewer: Account) -> None:
    application_id = submit(instance, applicant)
    with instance.db.transaction() as session, pytest.raises(IllegalMoveError):
        review.send_back(session, application_id, {}, remarks="x", version=1, by=acting(reviewer), now=NOW)


def test_nobody_decides_on_an_application_of_the_own_organisation(
    instance: Instance, applicant: Account
) -> None:
    application_id = submit(instance, applicant)
    with instance.db.transaction() as session, pytest.raises(NotAllowedError):
        review.take(session, application_id, version=1, by=acting(applicant), now=NOW)


def test_the_log_holds_states_and_no_content(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    application_id = submit(instance, applicant)
    take(instance, application_id, reviewer)
    with instance.db.reading() as session:
        entries = session.scalars(sa.select(Entry).where(Entry.subject_id == application_id)).all()
    assert [entry.action for entry in entries] == ["application.submitted", "application.in-review"]
    assert not any(entry.details for entry in entries)
