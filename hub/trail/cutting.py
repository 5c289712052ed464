"""The begin of a chain of the log, destroyed when its period is over: the hash of its last row stays.

What follows can still be checked: it begins with that hash, which the chain's own stamped head keeps, and
leads to the heads that were signed.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.audit import Entry
from hub.core.errors import ConflictError
from hub.core.stamps import genuine
from hub.trail.models import AnchoredHead, Chain, SignedHead


def cut(session: orm.Session, chain_id: uuid.UUID, *, before: datetime) -> bytes | None:
    """Destroy the rows of a chain from its begin to the last one before an instant; return that one's hash.

    Rows that no signed head covers yet stay. None if there was nothing to destroy.

    Raises:
        ConflictError: the head of the chain was not written by the hub.

    """
    head = session.get_one(Chain, chain_id, with_for_update=True)
    if not genuine(session, head):
        raise ConflictError("The head of this chain was not written by the hub")
    last = min(_last(session, head, before=before), _covered(session, chain_id))
    if last <= head.cut:
        return None
    kept = session.scalar(sa.select(Entry.hash).where(Entry.chain_id == chain_id, Entry.place == last))
    if kept is None:
        raise ConflictError("The chain is not whole: look at it with `audit verify`")
    head.cut, head.cut_hash = last, kept
    gone = sa.delete(Entry).where(Entry.chain_id == chain_id, Entry.place <= last)
    session.execute(gone, execution_options={"synchronize_session": False})
    return kept


def _last(session: orm.Session, head: Chain, *, before: datetime) -> int:
    """Return the place before the first row that is to stay."""
    staying = sa.select(sa.func.min(Entry.place)).where(Entry.chain_id == head.id, Entry.at >= before)
    return (session.scalar(staying) or head.length + 1) - 1


def _covered(session: orm.Session, chain_id: uuid.UUID) -> int:
    newest = sa.select(sa.func.max(SignedHead.anchor_place)).scalar_subquery()
    asked = sa.select(sa.func.max(AnchoredHead.length)).where(
        AnchoredHead.chain_id == chain_id, AnchoredHead.anchor_place <= newest
    )
    return session.scalar(asked) or 0
