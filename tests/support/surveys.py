"""Bodies with many operators, and what they are asked."""

import uuid
from datetime import date, datetime

from sqlalchemy import orm

from feeds.surveys import asking, finding
from feeds.surveys.models import Survey
from sectors.bodies.models import Body, MemberOperator
from tests.support.advisories import NOW

ENDS_ON = date(2026, 12, 10)


def add_operators(session: orm.Session, body: Body, count: int) -> None:
    """Give a body so many further operators that may be passed a notice."""
    session.add_all(
        MemberOperator(
            body_id=body.id,
            name=f"事業者{number:03}",
            corporate_number=f"{uuid.uuid4().int % 10**13:013}",
            sector_code=min(body.sector_codes),
            critical=True,
            memorandum_on=date(2026, 4, 1),
        )
        for number in range(count)
    )
    session.flush()


def asked(session: orm.Session, body: Body, *, ends_on: date = ENDS_ON, now: datetime = NOW) -> Survey:
    """Ask a body about a trial period, and return what it is asked."""
    asking.ask_about_trial(session, body.id, ends_on=ends_on, now=now)
    session.flush()
    found = [each.survey for each in finding.of_body(session, body.id)]
    return next(each for each in found if each.occasion == f"trial/{ends_on}")


def ids(session: orm.Session, survey: Survey) -> dict[str, uuid.UUID]:
    """Return who is asked, by name."""
    found = finding.organisations(session, [survey.id])
    return {each.name: each.respondent.id for each in found}
