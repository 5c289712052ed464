"""What people do on the pages: propose a change of the worker's file, sign one, drop one."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from feeds.signers import queries
from feeds.signers.entry import SIGNING, Change, Entry, challenge
from feeds.signers.models import SignerChange, SignerVouch
from feeds.signers.states import MOVES, Move, State
from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.accounts.passkeys import signature as passkeys
from hub.accounts.passkeys.signature import Signature
from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.errors import ConflictError, NotAllowedError
from hub.core.machine import step

VOUCHES = 2  # people who must sign a change
STAFF = (Role.COORDINATOR, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR)


def propose(session: orm.Session, entry: Entry, change: Change, *, by: Actor, now: datetime) -> SignerChange:
    """Propose to add a passkey to the worker's file, or to remove one from it.

    Raises:
        ConflictError: that is proposed already.
        NotAllowedError: the person is none whose passkey is ever pinned.

    """
    if entry.role not in SIGNING:
        raise NotAllowedError("Only coordinators and reviewers sign")
    waiting = queries.open_changes(session)
    if any((each.credential_id, each.change) == (entry.credential_id, change) for each in waiting):
        raise ConflictError("This is proposed already")
    row = noted(session, entry, change, State.PROPOSED, by=by, now=now)
    audit.record(session, "signer.proposed", by=by, now=now, subject=row.id, change=change)
    return row


def noted(
    session: orm.Session, entry: Entry, change: Change, state: State, *, by: Actor, now: datetime
) -> SignerChange:
    """Add the row of a change."""
    row = SignerChange(
        id=uuid.uuid4(),
        change=change,
        state=state,
        email=entry.email,
        name=entry.name,
        role=entry.role,
        credential_id=entry.credential_id,
        public_key=entry.public_key,
        proposed_at=now,
        proposed_by=by.account_id,
        counts_from=now if state is State.DONE else None,
    )
    session.add(row)
    session.flush()  # signatures refer to it
    return row


def vouch(
    session: orm.Session, change_id: uuid.UUID, *, signature: Signature, by: Actor, now: datetime
) -> SignerChange:
    """Sign a change; the second signature hands it to the worker.

    Raises:
        AssertionRefusedError, ConflictError: the signature is not the person's, or not under this change.
        ConflictError: the person has signed it already.
        IllegalMoveError: it waits for no signature.

    """
    row = queries.change(session, change_id, lock=True)
    vouched = step(MOVES, row.state, Move.VOUCH)
    asked = challenge(row.entry, row.change, change_id=row.id)
    signer, signed = passkeys.accept(session, by.account_id, signature, challenge=asked, now=now)
    if any(each.account_id == signer for each in row.vouches):
        raise ConflictError("You have signed this already; another person must sign it, too")
    row.vouches.append(SignerVouch(account_id=signer, assertion=signed, signed_at=now))
    audit.record(session, "signer.vouched", by=by, now=now, subject=row.id)
    if len(row.vouches) >= VOUCHES:
        row.state = vouched
        outbox.promise(session, "passkeys.pin", now=now, key=f"passkeys.pin/{row.id}", change_id=row.id)
    return row


def drop(session: orm.Session, change_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Give up a change that two people have not signed yet; later it is stopped at the console.

    Raises:
        IllegalMoveError: it is signed or over.

    """
    row = queries.change(session, change_id, lock=True)
    step(MOVES, row.state, Move.VOUCH)
    row.state = step(MOVES, row.state, Move.DROP)
    audit.record(session, "signer.dropped", by=by, now=now, subject=row.id)


def staff(session: orm.Session) -> list[Account]:
    """Return everybody who is told of a change."""
    return [account for role in STAFF for account in accounts.active(session, role)]
