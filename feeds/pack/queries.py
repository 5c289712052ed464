"""Who has read the present pack, and who was sent it."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.pack.models import PackReading
from feeds.pack.texts import CURRENT
from hub.core.paging import Paged, turned
from sectors.bodies.models import Body, Contact
from sectors.bodies.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A present contact, and what is known of the pack there; `earlier` is the last version read before."""

    contact: Contact
    body: str
    reading: PackReading | None
    earlier: str | None


def reading(session: orm.Session, contact_id: uuid.UUID, version: str) -> PackReading | None:
    """Return what is known of a version at a contact."""
    return session.get(PackReading, (contact_id, version))


def was_sent(session: orm.Session, contact_id: uuid.UUID) -> bool:
    """Tell whether a notice has brought the contact the present version."""
    found = reading(session, contact_id, CURRENT)
    return found is not None and found.sent_at is not None


def has_read(session: orm.Session, contact_id: uuid.UUID) -> bool:
    """Tell whether the contact has said to have read and understood the present version."""
    found = reading(session, contact_id, CURRENT)
    return found is not None and found.read_at is not None


def readers(session: orm.Session, *, page: int) -> Paged[Reader]:
    """Return a page of the present contacts of bodies that have not left, by body."""
    earlier = (
        sa.select(sa.func.max(PackReading.version))
        .where(
            PackReading.contact_id == Contact.id,
            PackReading.version != CURRENT,
            PackReading.read_at.is_not(None),
        )
        .correlate(Contact)
        .scalar_subquery()
    )
    asked = (
        sa.select(Contact, Body.name_ja, PackReading, earlier.label("earlier"))
        .join(Body, Body.id == Contact.body_id)
        .outerjoin(PackReading, sa.and_(PackReading.contact_id == Contact.id, PackReading.version == CURRENT))
        .where(Contact.left_at.is_(None), Body.state != State.LEFT)
        .order_by(Body.name_ja, Contact.body_id, Contact.name, Contact.id)
    )
    return turned(
        session,
        asked,
        page=page,
        read=lambda rows: [
            Reader(contact=contact, body=body, reading=found, earlier=before)
            for contact, body, found, before in rows
        ],
    )
