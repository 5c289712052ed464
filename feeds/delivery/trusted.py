"""The certificates that the worker seals to: those whose fingerprint a pinned person has confirmed."""

from datetime import datetime

from sqlalchemy import orm

from feeds.delivery import alarms
from feeds.delivery.vouched import site_of
from feeds.signers import pinned
from feeds.signers.entry import SIGNING
from hub.core.instance import Instance
from keys import queries as keys
from keys.gate import is_usable
from keys.models import ContactCertificate
from sectors.bodies.models import Contact
from sectors.certificates.statement import challenge

ALARM = "certificate.not-vouched"

NONE = "The contact has no certificate that is usable today"
UNCONFIRMED = "No person whom the signing machine knows has confirmed the contact's certificate"


def certificate_for(
    session: orm.Session, contact: Contact, *, body_name: str, hub: Instance, now: datetime
) -> ContactCertificate | str:
    """Return the newest certificate of a contact that may be sealed to now, or the sentence why none.

    `body_name` is the body's as whoever releases knows it. A certificate that says it is active but that
    nobody has confirmed is passed over, and staff are told.
    """
    held = pinned.load(hub.config.pinned_passkeys)
    active = [each for each in keys.active(session, contact.id) if is_usable(each, now)]
    for found in active:
        asked = challenge(
            fingerprint=found.fingerprint,
            contact_id=contact.id,
            email=contact.email,
            body_id=contact.body_id,
            body_name=body_name,
        )
        if held.person(found.confirmation or "", challenge=asked, site=site_of(hub.config), roles=SIGNING):
            return found
        alarms.raise_alarm(session, ALARM, found.id, path="/certificates/confirm", now=now)
    return UNCONFIRMED if active else NONE
