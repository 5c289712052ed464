"""Who is told of what happens to an agreement, and how."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Account
from hub.core import outbox
from nda.agreements.models import Agreement
from sectors.applications import queries as applications
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body


def people_of(session: orm.Session, agreement: Agreement) -> list[Account]:
    """Return who answers for the other side: the contacts, or before there are any the applicants."""
    body = bodies.body_of(session, agreement.organisation_id)
    if body is not None:
        return contacts_of(session, body)
    if agreement.application_id is not None:
        return [applications.application(session, agreement.application_id).applicant]
    return list(accounts.of_organisation(session, agreement.organisation_id))


def contacts_of(session: orm.Session, body: Body) -> list[Account]:
    """Return the accounts of the body's present contacts."""
    return [each.account for each in bodies.contacts(session, body.id) if each.account is not None]


def tell(
    session: orm.Session,
    agreement: Agreement,
    letter: str,
    people: Iterable[Account],
    *,
    now: datetime,
    occasion: str = "",
) -> None:
    """Promise a letter about an agreement; one of the same occasion goes to each person once."""
    for person in people:
        outbox.promise(
            session,
            "letter",
            now=now,
            key=f"{letter}/{agreement.id}/{occasion or f'{now.timestamp():.0f}'}/{person.id}",
            letter=letter,
            to=person.email,
            path=f"/agreements/{agreement.id}",
            occasion=occasion,
        )
