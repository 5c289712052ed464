"""Look-ups of requests for a certificate of destruction, and of what one has to cover."""

import uuid
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Advisory, Release
from feeds.advisories.states import State as AdvisoryState
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.states import ARRIVED
from feeds.destructions.models import Destruction
from feeds.destructions.states import OPEN, State
from feeds.matters.models import Matter
from hub.core.errors import NotFoundError
from hub.core.vault import Place, Vault
from sectors.bodies.models import Body


def destruction(session: orm.Session, destruction_id: uuid.UUID, *, lock: bool = False) -> Destruction:
    """Return one request.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Destruction, destruction_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFoundError("no such request")
    return found


def listed(session: orm.Session) -> Sequence[tuple[Destruction, Body]]:
    """Return every request with its body: the open ones first, by their deadline."""
    order = (sa.case((Destruction.state.in_(OPEN), 0), else_=1), Destruction.due_on, Destruction.id)
    rows = session.execute(
        sa.select(Destruction, Body).join(Body, Body.id == Destruction.body_id).order_by(*order)
    )
    return [(found, body) for found, body in rows]


def of_body(session: orm.Session, body_id: uuid.UUID) -> Sequence[Destruction]:
    """Return what a body was asked for, the newest first."""
    return session.scalars(
        sa.select(Destruction)
        .where(Destruction.body_id == body_id)
        .order_by(Destruction.requested_at.desc(), Destruction.id)
    ).all()


def requested(session: orm.Session) -> Sequence[Destruction]:
    """Return the requests that wait for a body, the most pressing first."""
    return session.scalars(
        sa.select(Destruction).where(Destruction.state == State.REQUESTED).order_by(Destruction.due_on)
    ).all()


def waiting_at(session: orm.Session, body_id: uuid.UUID) -> int:
    """Count the requests that wait for a body."""
    return _count(session, Destruction.state == State.REQUESTED, Destruction.body_id == body_id)


def received(session: orm.Session) -> int:
    """Count the certificates that wait for a coordinator."""
    return _count(session, Destruction.state == State.RECEIVED)


def overdue(session: orm.Session, *, today: date) -> int:
    """Count the requests whose deadline is over."""
    return _count(session, Destruction.state == State.REQUESTED, Destruction.due_on < today)


def held_by(session: orm.Session, body_id: uuid.UUID) -> list[str]:
    """Return the tracking IDs of what has arrived at a body and was not lifted, in order."""
    found: set[str] = set()
    for kind in (Copy, Mailing):
        found |= set(
            session.scalars(
                sa.select(Matter.tracking_id)
                .join(Advisory, Advisory.matter_id == Matter.id)
                .join(Release, Release.advisory_id == Advisory.id)
                .join(kind, kind.release_id == Release.id)
                .where(
                    kind.body_id == body_id, kind.state.in_(ARRIVED), Advisory.state != AdvisoryState.LIFTED
                )
            )
        )
    return sorted(found)


def statement_place(destruction_id: uuid.UUID) -> Place:
    """Return where the body's statement lives."""
    return Place(table="destruction", row=destruction_id, column="statement")


def document_place(destruction_id: uuid.UUID) -> Place:
    """Return where the signed certificate lives."""
    return Place(table="destruction", row=destruction_id, column="document")


def statement_of(found: Destruction, *, vault: Vault) -> str:
    """Return what the body stated, or nothing."""
    if found.statement is None:
        return ""
    return vault.open(found.statement, place=statement_place(found.id)).decode()


def _count(session: orm.Session, *which: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count(Destruction.id)).where(*which)) or 0
