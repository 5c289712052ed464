"""Look-ups of bodies and contacts."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts.models import Account
from hub.accounts.states import State as AccountState
from hub.core import stamps
from hub.core.errors import NotFoundError
from hub.core.paging import Paged, turned
from sectors.bodies.models import Body, BodyMove, BodySector, Contact, ContactKind, MemberOperator


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """How many operators belong to a body; `eligible` are those that may be passed a notice."""

    total: int = 0
    critical: int = 0
    memoranda: int = 0
    eligible: int = 0


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
    return session.scalars(_present_contacts([body_id])).all()


def _present_contacts(body_ids: Collection[uuid.UUID]) -> sa.Select[Contact]:
    order = sa.case({kind.value: place for place, kind in enumerate(ContactKind)}, value=Contact.kind)
    present = sa.select(Contact).where(Contact.body_id.in_(body_ids), Contact.left_at.is_(None))
    return present.order_by(order, Contact.name)


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


def may_act(session: orm.Session, account_id: uuid.UUID, organisation_id: uuid.UUID) -> bool:
    """Tell whether a person acts for the body of the organisation: as a present contact, by a row of ours.

    An organisation that is no body yet has nothing to act on.
    """
    found = contact_of(session, account_id)
    if found is not None:
        return stamps.genuine(session, found)
    return session.scalar(sa.select(Body.id).where(Body.organisation_id == organisation_id)) is None


def is_confirmed(session: orm.Session, contact: Contact) -> bool:
    """Tell whether the contact's person has proved the mail address and may sign in.

    A contact whose row the hub did not write is none.
    """
    proved = contact.account is not None and contact.account.state is AccountState.ACTIVE
    return proved and stamps.genuine(session, contact)


def sectors_served(session: orm.Session, body: Body) -> frozenset[str]:
    """Return the codes of the sectors whose texts concern the body, as far as the hub wrote the rows."""
    return frozenset(each.sector_code for each in body.sectors if stamps.genuine(session, each))


def receiving_contacts(session: orm.Session, bodies: Collection[Body]) -> dict[uuid.UUID, Contact]:
    """Return, by body, whose certificate its tools decrypt with: the chosen contact, else the main one."""
    present: dict[uuid.UUID, list[Contact]] = {each.id: [] for each in bodies}
    for contact in session.scalars(_present_contacts(present)):
        present[contact.body_id].append(contact)
    found = {}
    for body in bodies:
        chosen = [each for each in present[body.id] if each.id == body.receiving_contact_id]
        main = [each for each in present[body.id] if each.kind is ContactKind.MAIN]
        if first := next(iter(chosen + main), None):
            found[body.id] = first
    return found


def receiving_contact(session: orm.Session, body: Body) -> Contact | None:
    """Return the contact whose certificate the body's tools decrypt with, if there is one."""
    return receiving_contacts(session, [body]).get(body.id)


def operators(session: orm.Session, body_id: uuid.UUID) -> Sequence[MemberOperator]:
    """Return the body's present member operators by name."""
    return session.scalars(_present_operators(body_id).order_by(MemberOperator.name)).all()


def operators_page(session: orm.Session, body_id: uuid.UUID, *, page: int) -> Paged[MemberOperator]:
    """Return a page of the body's present member operators by name."""
    wanted = _present_operators(body_id).order_by(MemberOperator.name, MemberOperator.id)
    return turned(session, wanted, page=page, read=lambda rows: [row[0] for row in rows])


def operator(session: orm.Session, body_id: uuid.UUID, operator_id: uuid.UUID) -> MemberOperator:
    """Return a present member operator of the body.

    Raises:
        NotFoundError: the body has none of this id.

    """
    found = session.get(MemberOperator, operator_id)
    if found is None or found.body_id != body_id or found.left_on is not None:
        raise NotFoundError("no such member operator")
    return found


def operator_by_number(session: orm.Session, body_id: uuid.UUID, number: str) -> MemberOperator | None:
    """Return the operator of this corporate number, also one that has left the body."""
    return session.scalar(
        sa.select(MemberOperator).where(
            MemberOperator.body_id == body_id, MemberOperator.corporate_number == number
        )
    )


def _present_operators(body_id: uuid.UUID) -> sa.Select[MemberOperator]:
    return sa.select(MemberOperator).where(
        MemberOperator.body_id == body_id, MemberOperator.left_on.is_(None)
    )


def roster_counts(session: orm.Session, body_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Roster]:
    """Count the present member operators of these bodies; one without any is not in it."""
    critical = sa.case((MemberOperator.critical, 1), else_=0)
    memorandum = sa.case((MemberOperator.memorandum_on.is_not(None), 1), else_=0)
    rows = session.execute(
        sa.select(
            MemberOperator.body_id,
            sa.func.count().label("total"),
            sa.func.sum(critical).label("critical"),
            sa.func.sum(memorandum).label("memoranda"),
            sa.func.sum(critical * memorandum).label("eligible"),
        )
        .where(MemberOperator.body_id.in_(body_ids), MemberOperator.left_on.is_(None))
        .group_by(MemberOperator.body_id)
    )
    return {
        row.body_id: Roster(
            total=row.total, critical=row.critical, memoranda=row.memoranda, eligible=row.eligible
        )
        for row in rows
    }


def moves(session: orm.Session, body_id: uuid.UUID) -> Sequence[BodyMove]:
    """Return the body's moves, the latest first."""
    return session.scalars(
        sa.select(BodyMove).where(BodyMove.body_id == body_id).order_by(BodyMove.at.desc())
    ).all()


def unconfirmed(session: orm.Session) -> Sequence[Contact]:
    """Return the present contacts whose persons were invited and have not set up their accounts."""
    return session.scalars(
        sa.select(Contact)
        .join(Account, Account.id == Contact.account_id)
        .where(Contact.left_at.is_(None), Account.state == AccountState.INVITED)
        .order_by(Contact.body_id, Contact.name)
    ).all()
