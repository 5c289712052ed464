"""Look-ups of changes of telephone numbers."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.errors import NotFoundError
from sectors.bodies.models import Body, Contact
from sectors.telephones.models import TelephoneChange
from sectors.telephones.states import OPEN, State


def locked(session: orm.Session, change_id: uuid.UUID) -> TelephoneChange:
    """Return one change that nobody else can touch until the transaction ends.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(TelephoneChange, change_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("no such change")
    return found


def open_change(session: orm.Session, contact_id: uuid.UUID) -> TelephoneChange | None:
    """Return the change of this contact's number that does not count yet, if there is one."""
    return session.scalar(
        sa.select(TelephoneChange).where(
            TelephoneChange.contact_id == contact_id, TelephoneChange.state.in_(OPEN)
        )
    )


def open_changes(session: orm.Session) -> Sequence[tuple[TelephoneChange, Contact, Body]]:
    """Return every change that does not count yet with its contact and body, the oldest first."""
    found = (
        sa.select(TelephoneChange, Contact, Body)
        .join(Contact, Contact.id == TelephoneChange.contact_id)
        .join(Body, Body.id == Contact.body_id)
        .where(TelephoneChange.state.in_(OPEN))
        .order_by(TelephoneChange.proposed_at)
    )
    return [(change, contact, body) for change, contact, body in session.execute(found)]


def to_approve(session: orm.Session, account_id: uuid.UUID) -> int:
    """Count the changes that wait for this person, who proposed none of them."""
    waiting = sa.select(sa.func.count()).where(
        TelephoneChange.state == State.PROPOSED, TelephoneChange.proposed_by != account_id
    )
    return session.scalar(waiting) or 0


def changers(session: orm.Session, contact_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return who made the number that counts now, and who is changing it: they confirm nothing with it."""
    made = (
        sa.select(TelephoneChange)
        .where(TelephoneChange.contact_id == contact_id, TelephoneChange.state == State.COUNTING)
        .order_by(TelephoneChange.ended_at.desc())
        .limit(1)
    )
    changes = [session.scalar(made), open_change(session, contact_id)]
    people = [(each.proposed_by, each.approved_by) for each in changes if each is not None]
    return frozenset(person for pair in people for person in pair if person is not None)


def unapproved(session: orm.Session) -> Sequence[TelephoneChange]:
    """Return the changes that wait for a second person, the oldest first."""
    return session.scalars(
        sa.select(TelephoneChange)
        .where(TelephoneChange.state == State.PROPOSED)
        .order_by(TelephoneChange.proposed_at)
    ).all()
