"""The nightly look at bodies: what lapses, who has not set up an account, who is to look through it all.

What waits for a second person among the coordinators is asked for again here, too.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import outbox
from hub.core.clock import JST
from hub.core.instance import Instance
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import State
from sectors.openings import queries as openings
from sectors.requirements import queries as requirements
from sectors.telephones import queries as telephones
from sectors.upkeep.service import check_due
from sectors.upkeep.telling import tell

NIGHT = "bodies.watch"
STAGES = (60, 30, 7)  # days before an attestation lapses
A_WEEK = timedelta(days=7)
CHECK_AGAIN = timedelta(days=14)
APPROVE_AGAIN = timedelta(days=3)
MOST_INVITATIONS = 4  # anew, one a week; then the body and the coordinators are reminded only


def watch(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Look at every body that has not left; the job `bodies.watch`."""
    with hub.db.transaction() as session:
        here = {each.id: each for each in bodies.bodies(session) if each.state is not State.LEFT}
        attestations(session, here, now=now)
        yearly(session, here, now=now)
        unconfirmed(session, here, now=now)
        unapproved(session, now=now)
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)


def attestations(session: orm.Session, here: Mapping[uuid.UUID, Body], *, now: datetime) -> None:
    """Remind of attestations that lapse: at each stage before, and each week after."""
    today = now.astimezone(JST).date()
    for body_id, first in requirements.first_ends(
        session, before=today + timedelta(days=STAGES[0] + 1)
    ).items():
        if body_id in here:
            letter, occasion = _lapse(first, today=today)
            path = f"/bodies/{body_id}/requirements"
            lapsed = letter == "requirements-lapsed"
            tell(session, here[body_id], letter, now=now, occasion=occasion, path=path, coordinators=lapsed)


def _lapse(first: date, *, today: date) -> tuple[str, str]:
    """Return the letter that is due and its occasion; `first` is the first day that is not attested."""
    left = (first - today).days
    if left <= 0:
        return "requirements-lapsed", f"{first} week {-left // 7}"
    stage = min(days for days in STAGES if left <= days)
    return "requirements-ending", f"{first} {stage} days"


def yearly(session: orm.Session, here: Mapping[uuid.UUID, Body], *, now: datetime) -> None:
    """Ask each body once a year whether everything is still right, and again until it says so."""
    for body in here.values():
        due = check_due(body)
        if due <= now:
            occasion = f"{due:%Y-%m-%d} {(now - due) // CHECK_AGAIN}"
            path = f"/bodies/{body.id}/check"
            tell(session, body, "check-due", now=now, occasion=occasion, path=path, coordinators=False)


def unconfirmed(session: orm.Session, here: Mapping[uuid.UUID, Body], *, now: datetime) -> None:
    """Invite anew, each week, whoever has not set up the account; tell the body and the coordinators."""
    for contact in bodies.unconfirmed(session):
        body = here.get(contact.body_id)
        if body is None:
            continue
        weeks = (now - (contact.added_at or body.created_at)) // A_WEEK
        if weeks < 1:
            continue
        occasion = f"{contact.id} {weeks}"
        tell(session, body, "contact-unconfirmed", now=now, occasion=occasion)
        if weeks <= MOST_INVITATIONS and contact.account_id is not None:
            key = f"account.invitation/{contact.account_id}/{occasion}"
            outbox.promise(session, "account.invitation", now=now, key=key, account_id=contact.account_id)


def unapproved(session: orm.Session, *, now: datetime) -> None:
    """Remind the coordinators of what waits for a second person among them."""
    waiting = [
        *(
            ("opening-waits", each.id, each.proposed_at, f"/openings/{each.id}")
            for each in openings.unapproved(session)
        ),
        *(
            ("telephone-to-approve", each.id, each.proposed_at, "/telephones")
            for each in telephones.unapproved(session)
        ),
    ]
    for letter, subject, proposed_at, path in waiting:
        times = (now - proposed_at) // APPROVE_AGAIN
        if times > 0:
            for person in accounts.active(session, Role.COORDINATOR):
                key = f"{letter}/again/{subject}/{times}/{person.id}"[:200]
                outbox.promise(
                    session,
                    "letter",
                    now=now,
                    key=key,
                    letter=letter,
                    to=person.email,
                    path=path,
                    occasion=f"{subject} {times}",
                )
