"""Look-ups of bodies and contacts."""

import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts.states import State as AccountState
from hub.core import stamps
from hub.core.errors import NotFoundError
from sectors.bodies.models import Body, BodyMove, BodySector, Contact, ContactKind, MemberOperator


def body(session: orm.Session, body_id: uuid.UUID, *, lock: bool = False) -> Body:
    """Return the body.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Body, body_id, with_for_update=lock)
    if found is None:
        raise NotFoundError("no such body")
    return found


def body_of(session: orm.Session, organisation_id: uuid.UUID) -> Body | None:
    """Return the body that this organisation has become, or None while it only applies."""
    return session.scalar(sa.select(Body).where(Body.organisation_id == organisation_id))


def own_body(session: orm.Session, organisation_id: uuid.UUID) -> Body:
    """Return the body that this organisation has become.

    Raises:
        NotFoundError: it only applies, as yet.

    """
    found = body_of(session, organisation_id)
    if found is None:
        raise NotFoundError("no body yet")
    return found


def bodies(session: orm.Session, ids: Collection[uuid.UUID] | None = None) -> Sequence[Body]:
    """Return these bodies by name, or every body."""
    found = sa.select(Body).order_by(Body.name_ja)
    return session.scalars(found if ids is None else found.where(Body.id.in_(ids))).all()


def bodies_of_sectors(session: orm.Session, codes: Collection[str]) -> Sequence[Body]:
    """Return the bodies that serve any of these sectors, by name."""
    serving = sa.select(BodySector.body_id).where(BodySector.sector_code.in_(codes))
    return session.scalars(sa.select(Body).where(Body.id.in_(serving)).order_by(Body.name_ja)).all()


def contacts(session: orm.Session, body_id: uuid.UUID) -> Sequence[Contact]:
    """Return the body's present contacts, the main one first."""
    order = sa.case({kind.value: place for place, kind in enumerate(ContactKind)}, value=Contact.kind)
    return session.scalars(
        sa.select(Contact)
        .where(Contact.body_id == body_id, Contact.left_at.is_(None))
        .order_by(order, Contact.name)
    ).all()


def contact(session: orm.Session, contact_id: uuid.UUID) -> Contact:
    """Return the contact.

    Raises:
        NotFoundError: there is none of this id, or it has left.

    """
    found = session.get(Contact, contact_id)
    if found is None or found.left_at is not None:
        raise NotFoundError("no such contact")
    return found


def present_contact(session: orm.Session, contact_id: uuid.UUID) -> Contact | None:
    """Return the contact, or None if it has left."""
    return session.scalar(sa.select(Contact).where(Contact.id == contact_id, Contact.left_at.is_(None)))


def unreachable(session: orm.Session) -> int:
    """Count the present contacts to whom mail comes back."""
    lost = sa.select(sa.func.count(Contact.id)).where(
        Contact.mail_bounced_at.is_not(None), Contact.left_at.is_(None)
    )
    return session.scalar(lost) or 0


def with_lost_mail(session: orm.Session) -> frozenset[uuid.UUID]:
    """Return the bodies with a present contact to whom mail comes back."""
    lost = sa.select(Contact.body_id).where(Contact.mail_bounced_at.is_not(None), Contact.left_at.is_(None))
    return frozenset(session.scalars(lost))


def contact_of(session: orm.Session, account_id: uuid.UUID) -> Contact | None:
    """Return the present contact that signs in with this account."""
    return session.scalar(
        sa.select(Contact).where(Contact.account_id == account_id, Contact.left_at.is_(None))
    )


def is_confirmed(session: orm.Session, contact: Contact) -> bool:
    """Tell whether the contact's person has proved the mail address and may sign in.

    A contact whose row the hub did not write is none.
    """
    proved = contact.account is not None and contact.account.state is AccountState.ACTIVE
    return proved and stamps.genuine(session, contact)


def sectors_served(session: orm.Session, body: Body) -> frozenset[str]:
    """Return the codes of the sectors whose texts concern the body, as far as the hub wrote the rows."""
    return frozenset(each.sector_code for each in body.sectors if stamps.genuine(session, each))


def receiving_contact(session: orm.Session, body: Body) -> Contact | None:
    """Return the contact whose certificate the body's tools decrypt with: the chosen one, else the main."""
    present = contacts(session, body.id)
    chosen = [each for each in present if each.id == body.receiving_contact_id]
    main = [each for each in present if each.kind is ContactKind.MAIN]
    return next(iter(chosen + main), None)


def operators(session: orm.Session, body_id: uuid.UUID) -> Sequence[MemberOperator]:
    """Return the body's member operators by name."""
    return session.scalars(
        sa.select(MemberOperator).where(MemberOperator.body_id == body_id).order_by(MemberOperator.name)
    ).all()


def moves(session: orm.Session, body_id: uuid.UUID) -> Sequence[BodyMove]:
    """Return the body's moves, the latest first."""
    return session.scalars(
        sa.select(BodyMove).where(BodyMove.body_id == body_id).order_by(BodyMove.at.desc())
    ).all()
