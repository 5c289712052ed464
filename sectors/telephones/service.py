"""What happens to a contact's telephone number, with which fingerprints are confirmed.

A change is proposed by one person, told to all contacts of the body, approved by a coordinator who is
another person, and counts a day later; until then anybody concerned can refuse it.
"""

import uuid
from datetime import datetime

from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.core import audit, outbox, second_person
from hub.core.audit import THE_HUB, Actor
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from hub.core.machine import step
from hub.core.stamps import genuine
from sectors.bodies import queries as bodies
from sectors.bodies.models import Contact
from sectors.telephones import queries
from sectors.telephones.models import TelephoneChange
from sectors.telephones.states import MOVES, Move, State


def propose(
    session: orm.Session, contact_id: uuid.UUID, number: str, *, by: Actor, now: datetime
) -> TelephoneChange:
    """Propose a new number for a contact; every contact of the body and the coordinators are told.

    Raises:
        NotFoundError: there is no such contact, or it is another organisation's.
        ConflictError: another change of this number is under way.
        InputError: it is the number that counts already.

    """
    contact = visible_contact(session, contact_id, by=by)
    if by.account_id is None:
        raise NotAllowedError("A change of a telephone number needs two people")
    if number == contact.telephone:
        raise InputError({"number": "This is the present number"})
    change = TelephoneChange(
        contact_id=contact.id, number=number, state=State.PROPOSED, proposed_at=now, proposed_by=by.account_id
    )
    session.add(change)
    _flush_the_only_one(session)
    _record(session, "proposed", change, contact, by=by, now=now)
    _tell(session, change, contact, "telephone-proposed", now=now)
    for coordinator in accounts.active(session, Role.COORDINATOR):
        if coordinator.id != by.account_id:
            _letter(session, change, "telephone-to-approve", coordinator.email, "/telephones", now=now)
    return change


def _flush_the_only_one(session: orm.Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        if "telephone_change" in constraint_of(error):
            raise ConflictError("Another change of this number is under way.") from error
        raise


def approve(session: orm.Session, change_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Approve a change as a coordinator who did not propose it; it counts a day later.

    Raises:
        NotFoundError: there is none of this id.
        NotAllowedError: the same person proposed it, or is no coordinator.
        IllegalMoveError: it does not wait for an approval.

    """
    change = queries.locked(session, change_id)
    person = accounts.account(session, by.account_id) if by.account_id else None
    if person is None or person.role is not Role.COORDINATOR:
        raise NotAllowedError("Another person must approve this change.")
    contact = bodies.contact(session, change.contact_id)
    second_person.approve(session, change, "telephone.count", by=person.id, now=now, change_id=change.id)
    _record(session, "approved", change, contact, by=by, now=now)
    _tell(session, change, contact, "telephone-approved", now=now)


def refuse(session: orm.Session, change_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Refuse a change that does not count yet, as a contact of the body or a coordinator.

    Raises:
        NotFoundError: there is none of this id, or it is another organisation's.
        IllegalMoveError: it counts already, or was refused.

    """
    change = queries.locked(session, change_id)
    contact = visible_contact(session, change.contact_id, by=by)
    change.state, change.ended_at = step(MOVES, change.state, Move.REFUSE), now
    _record(session, "refused", change, contact, by=by, now=now)
    _tell(session, change, contact, "telephone-refused", now=now)


def drop(session: orm.Session, change_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Refuse a change that does not count yet, because its contact leaves.

    Raises:
        IllegalMoveError: it counts already, or was refused.

    """
    change = queries.locked(session, change_id)
    change.state, change.ended_at = step(MOVES, change.state, Move.REFUSE), now
    audit.record(
        session, "telephone.refused", by=by, now=now, subject=change.contact_id, change=str(change.id)
    )


def count(session: orm.Session, change_id: uuid.UUID, *, now: datetime) -> None:
    """Put an approved number into the register when its delay is over.

    A row that the hub did not write, or that was refused meanwhile, changes nothing.
    """
    change = queries.locked(session, change_id)
    due = change.state is State.APPROVED and change.counts_at is not None and change.counts_at <= now
    if not due or not genuine(session, change):
        return
    try:
        contact = bodies.contact(session, change.contact_id)
    except NotFoundError:
        change.state, change.ended_at = step(MOVES, change.state, Move.REFUSE), now
        return
    change.state, change.ended_at = step(MOVES, change.state, Move.COUNT), now
    contact.telephone = change.number
    _record(session, "counting", change, contact, by=THE_HUB, now=now)


def _record(
    session: orm.Session, act: str, change: TelephoneChange, contact: Contact, *, by: Actor, now: datetime
) -> None:
    audit.record(
        session,
        f"telephone.{act}",
        by=by,
        subject=contact.id,
        concerns=bodies.body(session, contact.body_id).organisation_id,
        now=now,
        change=str(change.id),
    )


def visible_contact(session: orm.Session, contact_id: uuid.UUID, *, by: Actor) -> Contact:
    """Return a contact whose number this person may see: coordinators all, contacts those of their body.

    Raises:
        NotFoundError: there is no such contact, or it is another organisation's.

    """
    contact = bodies.contact(session, contact_id)
    person = accounts.account(session, by.account_id) if by.account_id else None
    if person is None or not _may_see(session, person, contact):
        raise NotFoundError("no such contact")
    return contact


def _may_see(session: orm.Session, person: Account, contact: Contact) -> bool:
    if person.role is Role.COORDINATOR:
        return True
    return bodies.body(session, contact.body_id).organisation_id == person.organisation_id


def _tell(
    session: orm.Session, change: TelephoneChange, contact: Contact, letter: str, *, now: datetime
) -> None:
    for each in bodies.contacts(session, contact.body_id):
        if bodies.is_confirmed(session, each):
            _letter(session, change, letter, each.email, f"/telephones/{contact.id}", now=now)


def _letter(
    session: orm.Session, change: TelephoneChange, letter: str, to: str, path: str, *, now: datetime
) -> None:
    key = f"{letter}/{change.id}/{to}"[:200]
    outbox.promise(session, "letter", now=now, key=key, letter=letter, to=to, path=path, occasion=change.id)
