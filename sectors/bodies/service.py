"""What happens to bodies: made from an accepted application, moved through their operation."""

import uuid
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts import service as account_service
from hub.accounts.models import Account, Role
from hub.core import audit
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.errors import ConflictError, InputError, NotFoundError
from hub.core.machine import step
from sectors.bodies import queries
from sectors.bodies.details import BodyDetails, ContactDetails, OperatorDetails
from sectors.bodies.models import Body, BodyMove, BodySector, Contact, MemberOperator
from sectors.bodies.states import MOVES, Move
from sectors.requirements.service import attest

FOREIGN_CONTACT = "The mail address of a contact belongs to another organisation's account"


def establish(
    session: orm.Session,
    organisation_id: uuid.UUID,
    details: BodyDetails,
    *,
    by: Actor,
    now: datetime,
) -> Body:
    """Return the body that this organisation now is, in preparation.

    An organisation that is a body already stays the same one: its sectors, operators and attestations
    are renewed, while its contacts, whom it keeps itself, stay as they are.

    Raises:
        ConflictError: a contact's mail address belongs to another organisation's account.

    """
    body = queries.body_of(session, organisation_id)
    if body is None:
        body = _new_body(session, organisation_id, details, now=now)
        _add_contacts(session, body, details.contacts, by=by, now=now)
        audit.record(session, "body.established", by=by, subject=body.id, concerns=organisation_id, now=now)
    else:
        audit.record(session, "body.renewed", by=by, subject=body.id, concerns=organisation_id, now=now)
    _add_sectors(body, details.sectors)
    _keep_operators(session, body, details.operators)
    body.roster_edition = details.roster_edition or body.roster_edition
    attest(session, body.id, details.measures, on=now.astimezone(JST).date())
    session.flush()  # the rows without a relationship refer to the body
    return body


def move(
    session: orm.Session, body_id: uuid.UUID, made: Move, *, reason: str, by: Actor, now: datetime
) -> Body:
    """Move a body through its operation, and keep why.

    Raises:
        NotFoundError: there is none of this id.
        IllegalMoveError: its state has no such move.

    """
    body = queries.body(session, body_id, lock=True)
    body.state = step(MOVES, body.state, made)
    session.add(
        BodyMove(
            body_id=body.id, at=now, account_id=by.account_id, move=made, state=body.state, reason=reason
        )
    )
    audit.record(
        session,
        "body.moved",
        by=by,
        subject=body.id,
        concerns=body.organisation_id,
        now=now,
        state=body.state,
    )
    return body


def choose_receiving_contact(
    session: orm.Session, body_id: uuid.UUID, contact_id: uuid.UUID, *, by: Actor, now: datetime
) -> None:
    """Choose whose certificate the body's tools decrypt with.

    Raises:
        NotFoundError: the body is another organisation's.
        InputError: the contact is none of this body's.

    """
    body = queries.body(session, body_id, lock=True)
    if body.organisation_id != by.organisation_id:
        raise NotFoundError("no such body")
    if contact_id not in {each.id for each in queries.contacts(session, body.id)}:
        raise InputError({"contact": "Choose one of your contacts"})
    body.receiving_contact_id = contact_id
    audit.record(
        session, "body.receiving-contact", by=by, subject=body.id, now=now, contact_id=str(contact_id)
    )


def note_bounce(session: orm.Session, contact_id: uuid.UUID, *, code: str, now: datetime) -> None:
    """Note that mail to a contact comes back, with the status code that tells why."""
    contact = session.get_one(Contact, contact_id)
    contact.mail_bounced_at, contact.mail_bounce_code = now, code


def note_bounce_of(session: orm.Session, email: str, *, code: str, now: datetime) -> None:
    """Note the same for every present contact with this address."""
    present = sa.select(Contact.id).where(Contact.email == email, Contact.left_at.is_(None))
    for contact_id in session.scalars(present):
        note_bounce(session, contact_id, code=code, now=now)


def mailbox_works(
    session: orm.Session, body_id: uuid.UUID, contact_id: uuid.UUID, *, by: Actor, now: datetime
) -> None:
    """Take note that somebody has made sure that mail arrives again.

    Raises:
        NotFoundError: the body has no such contact.

    """
    contact = queries.contact(session, contact_id)
    if contact.body_id != body_id:
        raise NotFoundError("no such contact")
    contact.mail_bounced_at = contact.mail_bounce_code = None
    audit.record(session, "contact.mailbox-works", by=by, subject=contact.id, now=now)


def choose_mail_form(
    session: orm.Session, body_id: uuid.UUID, as_attachment: frozenset[uuid.UUID], *, by: Actor, now: datetime
) -> None:
    """Choose which contacts get their encrypted mail as an attachment; the others get PGP/MIME.

    Raises:
        NotFoundError: the body is another organisation's.
        InputError: a contact is none of this body's.

    """
    body = queries.body(session, body_id, lock=True)
    if body.organisation_id != by.organisation_id:
        raise NotFoundError("no such body")
    present = queries.contacts(session, body.id)
    if as_attachment - {each.id for each in present}:
        raise InputError({"as_attachment": "Choose one of your contacts"})
    for contact in present:
        if contact.encrypted_attachment != (contact.id in as_attachment):
            contact.encrypted_attachment = contact.id in as_attachment
            form = "attachment" if contact.encrypted_attachment else "pgp-mime"
            audit.record(session, "contact.mail-form", by=by, subject=contact.id, now=now, form=form)


def _new_body(
    session: orm.Session, organisation_id: uuid.UUID, details: BodyDetails, *, now: datetime
) -> Body:
    body = Body(
        organisation_id=organisation_id,
        name_ja=details.name_ja,
        name_en=details.name_en,
        corporate_number=details.corporate_number,
        address=details.address,
        representative=details.representative,
        is_operator=details.is_operator,
        created_at=now,
    )
    session.add(body)
    session.flush()  # its id is used right away
    return body


def _add_sectors(body: Body, codes: Iterable[str]) -> None:
    body.sectors.extend(BodySector(sector_code=code) for code in codes if code not in body.sector_codes)


def _add_contacts(
    session: orm.Session, body: Body, contacts: Iterable[ContactDetails], *, by: Actor, now: datetime
) -> None:
    for each in contacts:
        account = account_for(session, body, each, by=by, now=now)
        session.add(
            Contact(
                body_id=body.id,
                account_id=account.id,
                kind=each.kind,
                name=each.name,
                department=each.department,
                email=account.email,
                telephone=each.telephone,
            )
        )


def account_for(
    session: orm.Session, body: Body, contact: ContactDetails, *, by: Actor, now: datetime
) -> Account:
    """Return the contact's account: the applicant's own, given the new role, or a new one, invited.

    Raises:
        ConflictError: the address belongs to another organisation's account.

    """
    account = accounts.account_by_email(session, contact.email)
    if account is None:
        return account_service.open_account(
            session,
            organisation_id=body.organisation_id,
            email=contact.email,
            name=contact.name,
            role=Role.CONTACT,
            by=by,
            now=now,
        )
    if account.organisation_id != body.organisation_id:
        raise ConflictError(FOREIGN_CONTACT)
    if account.role is not Role.CONTACT:
        account_service.change_role(session, account, Role.CONTACT, by=by, now=now)
    return account


def _keep_operators(session: orm.Session, body: Body, operators: Iterable[OperatorDetails]) -> None:
    present = {
        each.corporate_number: each
        for each in session.scalars(sa.select(MemberOperator).where(MemberOperator.body_id == body.id))
    }
    for named in operators:
        kept = present.get(named.corporate_number)
        if kept is None:
            kept = MemberOperator(body_id=body.id, corporate_number=named.corporate_number)
            session.add(kept)
        kept.name, kept.sector_code = named.name, named.sector_code
        kept.critical, kept.memorandum_on = named.critical, named.memorandum_on
        kept.left_on = None
