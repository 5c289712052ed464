"""Look-ups of the changes to the worker's file, as far as the database tells."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.signers.entry import Change
from feeds.signers.models import SignerChange
from feeds.signers.states import State
from hub.core.errors import NotFoundError

OPEN = frozenset({State.PROPOSED, State.VOUCHED})


def change(session: orm.Session, change_id: uuid.UUID, *, lock: bool = False) -> SignerChange:
    """Return a change.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(SignerChange, change_id, with_for_update=lock)
    if found is None:
        raise NotFoundError("no such change")
    return found


def open_changes(session: orm.Session) -> Sequence[SignerChange]:
    """Return the changes that wait for signatures or for their time, the oldest first."""
    found = sa.select(SignerChange).where(SignerChange.state.in_(OPEN))
    return session.scalars(found.order_by(SignerChange.proposed_at, SignerChange.id)).all()


def unsigned_by(session: orm.Session, account_id: uuid.UUID) -> int:
    """Count the changes that wait for signatures and that this person has not signed."""
    waiting = (each for each in open_changes(session) if each.state is State.PROPOSED)
    return sum(account_id not in {vouch.account_id for vouch in each.vouches} for each in waiting)


def pinned(session: orm.Session) -> Sequence[SignerChange]:
    """Return the additions that stand, the oldest first; the worker's own file has the last word."""
    done = session.scalars(
        sa.select(SignerChange)
        .where(SignerChange.state == State.DONE)
        .order_by(SignerChange.counts_from, SignerChange.id)
    )
    standing: dict[bytes, SignerChange] = {}
    for each in done:
        standing.pop(each.credential_id, None)
        if each.change is Change.ADD:
            standing[each.credential_id] = each
    return list(standing.values())
