"""Receipt codes: what only somebody who has decrypted a notice can know.

A code is derived from the delivery's id and never stored; typing it, or sending it back over TAXII,
moves the delivery to `opened`.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.delivery.models import Copy, Mailing
from feeds.delivery.states import MOVES, Move, State
from feeds.drills import service as drills
from feeds.formats.receipt_code import code_for, is_code_of, plain
from hub.core import audit
from hub.core.audit import Actor
from hub.core.machine import step

__all__ = ["acknowledge", "code_for", "found"]

OPENABLE = {state for state, move in MOVES if move is Move.OPEN} | {State.OPENED}


def acknowledge(
    session: orm.Session, code: str, *, body_id: uuid.UUID, key: bytes, by: Actor, now: datetime
) -> bool:
    """Take a receipt code from a body; tell whether it is of a notice or drill of its (again is no harm)."""
    delivery = found(session, code, body_id=body_id, key=key)
    if delivery is None:
        return drills.acknowledge(session, code, body_id=body_id, key=key, by=by, now=now)
    _open(session, delivery, by=by, now=now)
    return True


def found(session: orm.Session, code: str, *, body_id: uuid.UUID, key: bytes) -> Copy | Mailing | None:
    """Return the delivery of a notice to this body whose receipt code this is, or None."""
    return next((each for each in _arrived(session, body_id) if is_code_of(each.id, code, key=key)), None)


def codes_of(session: orm.Session, body_id: uuid.UUID, *, key: bytes) -> dict[str, Copy | Mailing]:
    """Return the notices that have arrived at a body by their receipt codes, as `plain` writes them."""
    return {plain(code_for(each.id, key=key)): each for each in _arrived(session, body_id)}


def _arrived(session: orm.Session, body_id: uuid.UUID) -> list[Copy | Mailing]:
    copies = session.scalars(sa.select(Copy).where(Copy.body_id == body_id, Copy.state.in_(OPENABLE)))
    mails = session.scalars(sa.select(Mailing).where(Mailing.body_id == body_id, Mailing.state.in_(OPENABLE)))
    return [*copies, *mails]


def _open(session: orm.Session, delivery: Copy | Mailing, *, by: Actor, now: datetime) -> None:
    if delivery.state is State.OPENED:
        return
    delivery.state = step(MOVES, delivery.state, Move.OPEN)
    delivery.opened_at = now
    audit.record(session, "delivery.opened", by=by, subject=delivery.id, now=now)
