"""Letters to a body about itself, and to the coordinators beside it."""

from datetime import datetime

from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import outbox
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body


def tell(
    session: orm.Session,
    body: Body,
    letter: str,
    *,
    now: datetime,
    occasion: str,
    path: str = "",
    coordinators: bool = True,
) -> None:
    """Promise a letter to every present contact of a body who is confirmed, and to the coordinators.

    One of the same occasion goes to each address once.
    """
    to = [each.email for each in bodies.contacts(session, body.id) if bodies.is_confirmed(session, each)]
    if coordinators:
        to += [each.email for each in accounts.active(session, Role.COORDINATOR)]
    for email in to:
        key = f"{letter}/{body.id}/{occasion}/{email}"[:200]
        outbox.promise(
            session,
            "letter",
            now=now,
            key=key,
            letter=letter,
            to=email,
            path=path or f"/bodies/{body.id}",
            occasion=occasion,
        )
