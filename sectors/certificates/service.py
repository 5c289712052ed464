"""The second person's part: the fingerprint compared over the telephone, or not recognised."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from hub.accounts.passkeys import signature as passkeys
from hub.accounts.passkeys.signature import Signature
from hub.core import outbox
from hub.core.audit import Actor
from hub.core.errors import NotAllowedError
from keys import queries as register
from keys import service as certificates
from keys.models import ContactCertificate
from keys.states import State
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, Contact
from sectors.certificates.statement import challenge
from sectors.telephones import queries as telephones


def asked(certificate: ContactCertificate, contact: Contact, body: Body) -> bytes:
    """Return what is signed by whoever has compared the fingerprint."""
    return challenge(
        fingerprint=certificate.fingerprint,
        contact_id=contact.id,
        email=contact.email,
        body_id=body.id,
        body_name=body.name_ja,
    )


def confirm(
    session: orm.Session, certificate_id: uuid.UUID, *, signature: Signature, by: Actor, now: datetime
) -> None:
    """Put a certificate in force after the comparison, and tell its contact; or confirm it anew.

    Raises:
        AssertionRefusedError: the signature is not the person's.
        ConflictError: it is not under this fingerprint for this contact.
        NotFoundError: there is none, or its contact has left.
        NotAllowedError: the same account has uploaded it, or changed the contact's telephone number; or no
            number of the contact counts yet.
        CertificateRefusedError: it has expired in the meantime.
        IllegalMoveError: it does not wait for a confirmation.

    """
    certificate = register.certificate(session, certificate_id)
    contact = bodies.contact(session, certificate.owner_id)
    body = bodies.body(session, contact.body_id)
    _, signed = passkeys.accept(
        session, by.account_id, signature, challenge=asked(certificate, contact, body), now=now
    )
    if not contact.telephone:
        raise NotAllowedError("No telephone number of this contact counts yet")
    barred = telephones.changers(session, contact.id)
    if certificate.state is State.ACTIVE:
        certificates.confirm_anew(session, certificate_id, confirmation=signed, by=by, now=now, barred=barred)
        return
    certificates.confirm(session, certificate_id, confirmation=signed, by=by, now=now, barred=barred)
    _tell(session, certificate_id, "certificate-active", contact.email, now=now)


def refuse(session: orm.Session, certificate_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Refuse a certificate whose fingerprint its contact did not recognise; its contact is told.

    Raises:
        NotFoundError: there is none, or its contact has left.
        IllegalMoveError: its life has ended already.

    """
    contact = bodies.contact(session, register.certificate(session, certificate_id).owner_id)
    certificates.refuse(session, certificate_id, by=by, now=now)
    _tell(session, certificate_id, "certificate-refused", contact.email, now=now)


def _tell(session: orm.Session, certificate_id: uuid.UUID, letter: str, to: str, *, now: datetime) -> None:
    key = f"{letter}/{certificate_id}/{now.timestamp():.0f}"
    outbox.promise(session, "letter", now=now, key=key, letter=letter, to=to, path="/certificates")
