"""What is asked of the register of certificates."""

import uuid
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.errors import NotFoundError
from keys.models import ContactCertificate
from keys.states import LIVE, State


def certificate(
    session: orm.Session, certificate_id: uuid.UUID, *, owner_id: uuid.UUID | None = None
) -> ContactCertificate:
    """Return one certificate; with `owner_id`, only if it is that contact's.

    Raises:
        NotFoundError: there is none, or it is another's.

    """
    found = session.get(ContactCertificate, certificate_id)
    return _of(found, owner_id)


def locked(
    session: orm.Session, certificate_id: uuid.UUID, *, owner_id: uuid.UUID | None = None
) -> ContactCertificate:
    """Return one certificate that nobody else can change until the transaction ends.

    Raises:
        NotFoundError: there is none, or it is another's.

    """
    found = session.get(ContactCertificate, certificate_id, with_for_update=True, populate_existing=True)
    return _of(found, owner_id)


def _of(found: ContactCertificate | None, owner_id: uuid.UUID | None) -> ContactCertificate:
    if found is None or owner_id not in {None, found.owner_id}:
        raise NotFoundError("There is no such certificate.")
    return found


def certificates_of(session: orm.Session, owner_id: uuid.UUID) -> list[ContactCertificate]:
    """Return every certificate of a contact, newest upload first."""
    own = sa.select(ContactCertificate).where(ContactCertificate.owner_id == owner_id)
    return list(session.scalars(own.order_by(ContactCertificate.uploaded_at.desc(), ContactCertificate.id)))


def same_key(session: orm.Session, owner_id: uuid.UUID, fingerprint: str) -> ContactCertificate | None:
    """Return the contact's row for this key, locked, if it was uploaded before."""
    same = sa.select(ContactCertificate).where(
        ContactCertificate.owner_id == owner_id, ContactCertificate.fingerprint == fingerprint
    )
    return session.scalar(same.with_for_update())


def active(session: orm.Session, owner_id: uuid.UUID) -> list[ContactCertificate]:
    """Return the contact's active certificates, newest first; two while one rolls over to the next."""
    own = sa.select(ContactCertificate).where(
        ContactCertificate.owner_id == owner_id, ContactCertificate.state == State.ACTIVE
    )
    return list(session.scalars(own.order_by(ContactCertificate.activated_at.desc(), ContactCertificate.id)))


def usable_certificate(
    session: orm.Session, owner_id: uuid.UUID, *, now: datetime
) -> ContactCertificate | None:
    """Return the newest active certificate that may be sealed to at this instant, or None."""
    return next((found for found in active(session, owner_id) if _in_time(found, now)), None)


def owners_of_usable(
    session: orm.Session, owner_ids: Collection[uuid.UUID], *, now: datetime
) -> frozenset[uuid.UUID]:
    """Return which of these contacts have a certificate that may be sealed to at this instant."""
    theirs = sa.select(ContactCertificate).where(
        ContactCertificate.owner_id.in_(owner_ids), ContactCertificate.state == State.ACTIVE
    )
    return frozenset(each.owner_id for each in session.scalars(theirs) if _in_time(each, now))


def _in_time(found: ContactCertificate, now: datetime) -> bool:
    return found.not_after is None or now < found.not_after


def waiting_for_confirmation(session: orm.Session) -> list[ContactCertificate]:
    """Return the certificates whose fingerprint a second person is to confirm, oldest first."""
    waiting = sa.select(ContactCertificate).where(ContactCertificate.state == State.POSSESSED)
    return list(session.scalars(waiting.order_by(ContactCertificate.possessed_at, ContactCertificate.id)))


def in_force(session: orm.Session) -> list[ContactCertificate]:
    """Return every active certificate, the one confirmed longest ago first."""
    active_ones = sa.select(ContactCertificate).where(ContactCertificate.state == State.ACTIVE)
    return list(session.scalars(active_ones.order_by(ContactCertificate.confirmed_at, ContactCertificate.id)))


def live(session: orm.Session) -> list[ContactCertificate]:
    """Return every certificate that is in use or on the way to it: what is judged again each night."""
    found = sa.select(ContactCertificate).where(ContactCertificate.state.in_(LIVE))
    return list(session.scalars(found.order_by(ContactCertificate.id)))
