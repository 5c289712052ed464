"""Receipt codes: what only somebody who has decrypted a notice can know.

A code is derived from the delivery's id and never stored; typing it, or sending it back over TAXII,
moves the delivery to `opened`.
"""

import base64
import hashlib
import hmac
import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.delivery.models import Copy, Mailing
from feeds.delivery.states import MOVES, Move, State
from hub.core import audit
from hub.core.audit import Actor
from hub.core.machine import step

CODE_BYTES = 10  # 80 bits, 16 characters


def code_for(delivery_id: uuid.UUID, *, key: bytes) -> str:
    """Return the receipt code of a copy or a mail: four groups of four characters."""
    made = hmac.new(key, f"receipt\x1f{delivery_id}".encode(), hashlib.sha256).digest()[:CODE_BYTES]
    text = base64.b32encode(made).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def acknowledge(
    session: orm.Session, code: str, *, body_id: uuid.UUID, key: bytes, by: Actor, now: datetime
) -> bool:
    """Take a receipt code from a body; tell whether it is one of its deliveries' (again is no harm)."""
    typed = _plain(code)
    for found in _arrived(session, body_id):
        if hmac.compare_digest(_plain(code_for(found.id, key=key)).encode(), typed.encode()):
            _open(session, found, by=by, now=now)
            return True
    return False


def _plain(code: str) -> str:
    return "".join(code.upper().split()).replace("-", "")


def _arrived(session: orm.Session, body_id: uuid.UUID) -> list[Copy | Mailing]:
    arrived = (State.DELIVERED, State.OPENED)
    copies = session.scalars(sa.select(Copy).where(Copy.body_id == body_id, Copy.state.in_(arrived)))
    mails = session.scalars(sa.select(Mailing).where(Mailing.body_id == body_id, Mailing.state.in_(arrived)))
    return [*copies, *mails]


def _open(session: orm.Session, delivery: Copy | Mailing, *, by: Actor, now: datetime) -> None:
    if delivery.state is State.OPENED:
        return
    delivery.state = step(MOVES, delivery.state, Move.OPEN)
    delivery.opened_at = now
    audit.record(session, "delivery.opened", by=by, subject=delivery.id, now=now)
