"""What the benchmark of pages looks at: bodies with large rosters, applications, agreements, a release."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Advisory
from feeds.delivery import promising
from feeds.drills import service as drills
from hub.accounts.models import Account, Role
from hub.core.audit import Actor
from hub.core.instance import Instance
from sectors.applications import review
from sectors.applications.states import State
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, MemberOperator
from sectors.catalogue.shipped import ship
from sectors.filling import service as filling
from sectors.filling.steps import Content, Step
from tests.support import notices
from tests.support.advisories import (
    NOW,
    VAULT,
    Readiness,
    make_body,
    make_cast,
    make_draft,
    make_release,
    make_submitted,
)
from tests.support.agreements import make_agreement, passed_on_agreement
from tests.support.applications import corporate_number, make_application, make_submission
from tests.support.people import make_account

CODES = ("electricity", "gas", "water", "finance", "railway", "medical")
OPEN = 40  # applications under way
LARGE, LARGE_ONES = 2000, 2  # members of how many of them
BATCH = 5000  # rows an INSERT


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocked:
    """Who looks, and at what: the values of each name in the address of a page."""

    people: dict[Role, Account]
    values: dict[str, Sequence[object]]


def stocked(hub: Instance, *, bodies_wanted: int, operators: int, notices_wanted: int) -> Stocked:
    """Fill the hub with so many bodies of so many member operators each, and everything around them.

    Of the notices the first was released just now; the others are like it, over the months before.
    """
    with hub.db.transaction() as session:
        ship(session, now=NOW)
        made = [
            make_body(session, Readiness(sectors=(CODES[number % len(CODES)],)), f"団体 {number:03}")
            for number in range(bodies_wanted)
        ]
        _add_operators(session, made, operators)
        cast = make_cast(session)
        released = make_release(session, cast, *made)
        for number in range(1, notices_wanted):
            notices.add_like(session, released, number, made)
        advisories = [
            session.get_one(Advisory, released.advisory_id),
            make_submitted(session, cast, *made),
            make_draft(session, cast, *made),
        ]
        drill = drills.start(session, [each.id for each in made], hours=48, by=cast.writer, now=NOW)
        first = bodies.contacts(session, made[0].id)[0]
        contact = session.get_one(Account, first.account_id)
        applications = [_application(session, LARGE if number < LARGE_ONES else 20) for number in range(OPEN)]
        review.take(session, applications[1], version=1, by=cast.ipa, now=NOW)
        agreements = [
            make(session, make_account(session, Role.APPLICANT), vault=VAULT).id
            for make in (make_agreement, passed_on_agreement)
        ]
        people = {
            Role.COORDINATOR: session.get_one(Account, cast.writer.account_id),
            Role.REVIEWER: session.get_one(Account, cast.ipa.account_id),
            Role.CONTACT: contact,
            Role.APPLICANT: _who_fills_in(session),
            Role.AUDITOR: make_account(session, Role.AUDITOR),
            Role.ADMINISTRATOR: make_account(session, Role.ADMINISTRATOR),
        }
        values: dict[str, Sequence[object]] = {
            "body_id": [made[0].id],
            "contact_id": [first.id],
            "application_id": applications[:2],
            "agreement_id": [*agreements],
            "release_id": [released.id],
            "advisory_id": [each.id for each in advisories],
            "tracking_id": [advisories[0].matter.tracking_id, drill.tracking_id],
            "code": ["water"],
            "name": ["notices"],
            "step_name": [step.value for step in Step],
        }
    promising.promise_deliveries(hub, {"release_id": str(released.id)}, NOW)
    return Stocked(people=people, values=values)


def _add_operators(session: orm.Session, made: list[Body], operators: int) -> None:
    rows = [
        {
            "id": uuid.uuid4(),
            "body_id": body.id,
            "name": f"事業者 {place}-{number}",
            "corporate_number": corporate_number(place * operators + number),
            "sector_code": CODES[place % len(CODES)],
            "critical": number % 10 != 0,
            "memorandum_on": NOW.date() if number % 3 else None,
        }
        for place, body in enumerate(made)
        for number in range(operators)
    ]
    for start in range(0, len(rows), BATCH):
        session.execute(sa.insert(MemberOperator), rows[start : start + BATCH])


def _application(session: orm.Session, members: int) -> uuid.UUID:
    applicant = make_account(session, Role.APPLICANT)
    submission = make_submission(main=applicant.email, deputy=None, operators=members)
    application = make_application(session, applicant, vault=VAULT, submission=submission)
    assert application.state is State.SUBMITTED
    return application.id


def _who_fills_in(session: orm.Session) -> Account:
    """Return an applicant half-way through the form, with a long roster typed."""
    applicant = make_account(session, Role.APPLICANT)
    lines = [
        f"会員{number},{corporate_number(number)},電力,はい,2026-04-01" for number in range(1, LARGE + 1)
    ]
    filling.keep(
        session,
        Step.MEMBERS,
        (("members", "\n".join(lines)),),
        seen=0,
        start=Content(),
        vault=VAULT,
        by=Actor(account_id=applicant.id, organisation_id=applicant.organisation_id),
        now=NOW,
    )
    return applicant
