"""Look-ups of certificates together with the contact and the body that they belong to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.errors import NotFoundError
from keys import queries as register
from keys.models import ContactCertificate
from sectors.bodies.models import Body, Contact
from sectors.bodies.queries import contact_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A certificate whose fingerprint is to be compared with its holder."""

    certificate: ContactCertificate
    contact: Contact
    body: Body


def waiting(session: orm.Session) -> Sequence[Waiting]:
    """Return the certificates to be confirmed, the oldest first; those of contacts who left are not."""
    return _of_present_contacts(session, register.waiting_for_confirmation(session))


def in_force(session: orm.Session) -> Sequence[Waiting]:
    """Return the certificates that may be confirmed anew, the one confirmed longest ago first."""
    return _of_present_contacts(session, register.in_force(session))


def _of_present_contacts(session: orm.Session, found: Sequence[ContactCertificate]) -> Sequence[Waiting]:
    people = session.execute(
        sa.select(Contact, Body)
        .join(Body, Body.id == Contact.body_id)
        .where(Contact.id.in_({each.owner_id for each in found}), Contact.left_at.is_(None))
    ).all()
    of = {contact.id: (contact, body) for contact, body in people}
    return [
        Waiting(certificate=each, contact=of[each.owner_id][0], body=of[each.owner_id][1])
        for each in found
        if each.owner_id in of
    ]


def one_waiting(session: orm.Session, certificate_id: uuid.UUID) -> Waiting:
    """Return one certificate to be confirmed, for the first time or anew.

    Raises:
        NotFoundError: it does not wait for a confirmation and is not in force.

    """
    open_ones = [*waiting(session), *in_force(session)]
    found = [each for each in open_ones if each.certificate.id == certificate_id]
    if not found:
        raise NotFoundError("no such certificate waits")
    return found[0]


def own_contact(session: orm.Session, account_id: uuid.UUID) -> Contact:
    """Return the contact that signs in with this account.

    Raises:
        NotFoundError: the account is no contact of a body.

    """
    found = contact_of(session, account_id)
    if found is None:
        raise NotFoundError("no such contact")
    return found
