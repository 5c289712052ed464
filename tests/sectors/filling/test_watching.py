"""Whoever is waited for is reminded, at intervals, never twice for the same; what is left lying ends."""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from hub.accounts.models import Account
from hub.core.instance import Instance
from hub.core.outbox import Job
from sectors.applications import queries, review
from sectors.applications.items import Item
from sectors.applications.review import Verdict
from sectors.filling import service, watching
from sectors.filling.models import Draft, DraftFile
from sectors.filling.steps import Content, Step
from tests.support.applications import NOW, acting, make_application, make_uploads

WRONG = {Item.MEMORANDA: Verdict(in_order=False, remark="日付がない")}


def submitted(instance: Instance, applicant: Account) -> uuid.UUID:
    with instance.db.transaction() as session:
        return make_application(session, applicant, vault=instance.vault).id


def reminded(instance: Instance, *days: int) -> list[tuple[str, str]]:
    """Look on each of these days; return which letters were promised, to whom."""
    for day in days:
        watching.watch(instance, {}, NOW + timedelta(days=day))
    return letters(instance)


def letters(instance: Instance) -> list[tuple[str, str]]:
    named = sa.or_(*(Job.values["letter"].as_string() == each for each in ABOUT))
    with instance.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter", named).order_by(Job.promised_at))
        return [(job.values["letter"], job.values["to"]) for job in jobs]


ABOUT = (
    *("application-not-taken", "application-overdue", "application-still-returned"),
    *("application-not-filed", "application-draft-ending"),
)


def test_reviewers_are_reminded_of_what_nobody_takes_and_then_of_the_date(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    submitted(instance, applicant)
    assert reminded(instance, 0, 1, 4) == []
    assert reminded(instance, 5, 5, 6) == [("application-not-taken", reviewer.email)]
    assert len(reminded(instance, 10)) == 2
    overdue = ("application-overdue", reviewer.email)
    assert overdue not in reminded(instance, 31)  # the last day of the review itself
    assert reminded(instance, 32, 33, 37).count(overdue) == 1
    assert reminded(instance, 38).count(overdue) == 2


def test_the_applicant_is_reminded_of_a_correction(
    instance: Instance, applicant: Account, reviewer: Account
) -> None:
    application_id = submitted(instance, applicant)
    by = acting(reviewer)
    with instance.db.transaction() as session:
        review.take(session, application_id, version=1, by=by, now=NOW)
        review.send_back(session, application_id, WRONG, remarks="", version=2, by=by, now=NOW)
        (line,) = queries.waiting_since(session)
        assert line[1] == NOW
    assert reminded(instance, 13) == []
    assert reminded(instance, 14, 15, 28) == [("application-still-returned", applicant.email)] * 2


def begin(instance: Instance, applicant: Account, *, now: datetime) -> None:
    with instance.db.transaction() as session:
        draft = service.keep(
            session,
            Step.SECTORS,
            (("sectors", "water"),),
            seen=0,
            start=Content(),
            vault=instance.vault,
            by=acting(applicant),
            now=now,
        )
        service.choose(session, draft, make_uploads(), vault=instance.vault, now=now)


def test_a_form_that_nobody_goes_on_with_is_reminded_of_warned_of_and_removed(
    instance: Instance, applicant: Account
) -> None:
    begin(instance, applicant, now=NOW)
    assert reminded(instance, 13) == []
    assert reminded(instance, 14, 15, 16) == [("application-not-filed", applicant.email)]
    assert reminded(instance, 168)[-1] == ("application-draft-ending", applicant.email)
    reminded(instance, 179)
    with instance.db.reading() as session:
        assert session.scalars(sa.select(Draft)).one()
    reminded(instance, 180)
    with instance.db.reading() as session:
        assert session.scalars(sa.select(Draft)).all() == []
        assert session.scalars(sa.select(DraftFile)).all() == []
