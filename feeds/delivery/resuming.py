"""What was held for want of a certificate goes as soon as there is one, not at its next look."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.delivery.holding import JOBS
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.series import promise_heartbeat
from feeds.delivery.states import State
from hub.core import outbox
from hub.core.errors import NotFoundError
from hub.core.instance import Instance
from sectors.bodies import queries as bodies
from sectors.bodies.models import Contact


def resume(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Look again at once at what is held for a contact; the job `certificate.usable`."""
    with hub.db.transaction() as session:
        try:
            contact = bodies.contact(session, uuid.UUID(values["owner_id"]))
        except NotFoundError:
            return  # left meanwhile
        for delivery in _held(session, contact):
            outbox.hasten(session, JOBS[type(delivery)], now=now, delivery_id=delivery.id)
        promise_heartbeat(session, contact.body_id, now=now)


def _held(session: orm.Session, contact: Contact) -> Iterator[Copy | Mailing]:
    """Yield the held mails to a contact, and the held copies that are sealed to that contact."""
    mails = sa.select(Mailing).where(Mailing.contact_id == contact.id, Mailing.state == State.HELD)
    yield from session.scalars(mails)
    receiving = bodies.receiving_contact(session, bodies.body(session, contact.body_id))
    if receiving is not None and receiving.id == contact.id:
        copies = sa.select(Copy).where(Copy.body_id == contact.body_id, Copy.state == State.HELD)
        yield from session.scalars(copies)
