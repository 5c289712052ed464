"""A body's points of contact: named, confirmed by mail, given another window, gone.

A new contact's telephone number counts only after a second person and a delay (`sectors/telephones/`);
until then no fingerprint can be compared over it.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts import service as account_service
from hub.accounts.models import Account, Role
from hub.accounts.states import State as AccountState
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import ConflictError, InputError, NotFoundError
from keys import queries as keys
from keys import service as certificates
from keys.states import MOVES as CERTIFICATE_MOVES
from keys.states import Move as CertificateMove
from sectors.bodies import queries as bodies
from sectors.bodies import service as bodies_service
from sectors.bodies.details import ContactDetails
from sectors.bodies.models import Body, Contact, ContactKind
from sectors.telephones import queries as telephones
from sectors.telephones import service as telephone_service
from sectors.upkeep.telling import tell

MOST_CONTACTS = 20
NOT_YET = ""  # no number counts
UNUSABLE = "This mail address cannot be used here"
IS_ONE = "This person is a point of contact already"


def visible_body(session: orm.Session, body_id: uuid.UUID, *, by: Actor) -> Body:
    """Return a body that the person may look after: coordinators all, contacts their own.

    Raises:
        NotFoundError: there is none, or it is another organisation's.

    """
    body = bodies.body(session, body_id, lock=True)
    person = accounts.account(session, by.account_id) if by.account_id else None
    if person is None or (
        person.role is not Role.COORDINATOR and person.organisation_id != body.organisation_id
    ):
        raise NotFoundError("no such body")
    return body


def add(
    session: orm.Session, body_id: uuid.UUID, named: ContactDetails, *, by: Actor, now: datetime
) -> Contact:
    """Name a further contact: invited by mail, which confirms the address; all contacts are told.

    Raises:
        NotFoundError: there is no such body, or it is another organisation's.
        InputError: the address cannot be used, there is a main contact already, or there are too many.

    """
    body = visible_body(session, body_id, by=by)
    present = bodies.contacts(session, body.id)
    problems = _problems(present, named)
    if problems:
        raise InputError(problems)
    account = _account(session, body, named, by=by, now=now)
    contact = session.scalar(
        sa.select(Contact).where(Contact.body_id == body.id, Contact.email == account.email)
    ) or Contact(id=uuid.uuid4(), body_id=body.id, email=account.email, telephone=NOT_YET)
    contact.account_id, contact.kind, contact.left_at = account.id, named.kind, None
    contact.name, contact.department = named.name, named.department
    contact.telephone, contact.added_at = NOT_YET, now
    contact.mail_bounced_at = contact.mail_bounce_code = None
    session.add(contact)
    session.flush()  # the change of its telephone number refers to it
    audit.record(session, "contact.added", by=by, subject=contact.id, now=now, kind=contact.kind)
    tell(session, body, "contact-added", now=now, occasion=f"{contact.id} {now:%Y%m%d%H%M%S}")
    telephone_service.propose(session, contact.id, named.telephone, by=by, now=now)
    return contact


def give_window(
    session: orm.Session,
    body_id: uuid.UUID,
    contact_id: uuid.UUID,
    kind: ContactKind,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Give a contact another window; where it becomes the main one, the main one so far is a deputy.

    Raises:
        NotFoundError: the body has no such contact, or is another organisation's.
        InputError: the body would have no main contact.

    """
    body = visible_body(session, body_id, by=by)
    contact = _present(session, body, contact_id)
    if contact.kind is ContactKind.MAIN and kind is not ContactKind.MAIN:
        raise InputError({"kind": "Give another person the main window first"})
    if contact.kind is kind:
        return
    if kind is ContactKind.MAIN:
        for each in bodies.contacts(session, body.id):
            if each.kind is ContactKind.MAIN:
                each.kind = ContactKind.DEPUTY
    contact.kind = kind
    audit.record(session, "contact.window", by=by, subject=contact.id, now=now, kind=kind)
    tell(session, body, "contact-window", now=now, occasion=f"{contact.id} {now:%Y%m%d%H%M%S}")


def leave(
    session: orm.Session,
    body_id: uuid.UUID,
    contact_id: uuid.UUID,
    *,
    successor_id: uuid.UUID | None,
    by: Actor,
    now: datetime,
) -> None:
    """Take note that a contact has left; it is effective at once, everywhere.

    The account is disabled and its sessions end, its certificates are revoked, a change of its number is
    refused, and the worker sends it nothing more. All other contacts and the coordinators are told.

    Raises:
        NotFoundError: the body has no such contact, or is another organisation's.
        InputError: it is the main one, others are there, and none of them takes its place.

    """
    body = visible_body(session, body_id, by=by)
    contact = _present(session, body, contact_id)
    others = [each for each in bodies.contacts(session, body.id) if each.id != contact.id]
    if contact.kind is ContactKind.MAIN and others:
        successor = next((each for each in others if each.id == successor_id), None)
        if successor is None:
            raise InputError({"successor": "Choose who becomes the main point of contact"})
        successor.kind = ContactKind.MAIN
    contact.left_at = now
    if body.receiving_contact_id == contact.id:
        body.receiving_contact_id = None
    _end_what_is_theirs(session, contact, by=by, now=now)
    audit.record(session, "contact.left", by=by, subject=contact.id, now=now)
    tell(session, body, "contact-left", now=now, occasion=f"{contact.id} {now:%Y%m%d%H%M%S}")


def _end_what_is_theirs(session: orm.Session, contact: Contact, *, by: Actor, now: datetime) -> None:
    if contact.account is not None and contact.account.state is not AccountState.DISABLED:
        account_service.disable(session, contact.account.id, by=by, now=now)
    for row in keys.certificates_of(session, contact.id):
        if (row.state, CertificateMove.REVOKE) in CERTIFICATE_MOVES:
            certificates.revoke(session, row.id, by=by, now=now)
    change = telephones.open_change(session, contact.id)
    if change is not None:
        telephone_service.drop(session, change.id, by=by, now=now)


def _present(session: orm.Session, body: Body, contact_id: uuid.UUID) -> Contact:
    contact = bodies.contact(session, contact_id)
    if contact.body_id != body.id:
        raise NotFoundError("no such contact")
    return contact


def _problems(present: Sequence[Contact], named: ContactDetails) -> dict[str, str]:
    found = {}
    if named.email in {each.email for each in present}:
        found["email"] = IS_ONE
    if named.kind is ContactKind.MAIN and any(each.kind is ContactKind.MAIN for each in present):
        found["kind"] = "There is a main point of contact already; give the window over afterwards"
    if len(present) >= MOST_CONTACTS:
        found["name"] = "A body has 20 points of contact at the most"
    return found


def _account(session: orm.Session, body: Body, named: ContactDetails, *, by: Actor, now: datetime) -> Account:
    """Return the person's account of this organisation, invited where it is new or was disabled.

    Raises:
        InputError: the address belongs to another organisation's account.

    """
    try:
        account = bodies_service.account_for(session, body, named, by=by, now=now)
    except ConflictError:
        raise InputError({"email": UNUSABLE}) from None
    account.name = named.name
    if account.state is AccountState.DISABLED:
        account_service.invite_again(session, account.id, by=by, now=now)
    return account
