"""Coordinators' signatures, by passkey, under the statement of a revision: taken, kept, compared."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import ReleaseAssertion, Revision
from feeds.advisories.statement import Act, challenge, digest
from hub.accounts.passkeys import signature as passkeys
from hub.accounts.passkeys.signature import Signature
from hub.core.audit import Actor
from hub.core.errors import ConflictError

CHANGED = (
    "What would leave has changed since it was submitted for approval. "
    "Send it back, read it again and submit it again"
)


def assertions(session: orm.Session, revision_id: uuid.UUID) -> dict[Act, ReleaseAssertion]:
    """Return the signatures under a revision, by act."""
    rows = sa.select(ReleaseAssertion).where(ReleaseAssertion.revision_id == revision_id)
    return {each.act: each for each in session.scalars(rows)}


def sign(
    session: orm.Session,
    revision: Revision,
    canonical: bytes,
    act: Act,
    signature: Signature,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Keep a person's signature under a statement; one of an earlier submission gives way.

    Raises:
        AssertionRefusedError: it is not the person's.
        ConflictError: it is under another statement than this one, or for another act.
        NotAllowedError: nobody has signed in.

    """
    asked = challenge(canonical, act)
    signer, assertion = passkeys.accept(session, by.account_id, signature, challenge=asked, now=now)
    row = assertions(session, revision.id).get(act) or ReleaseAssertion(revision_id=revision.id, act=act)
    row.account_id, row.signed_at = signer, now
    row.statement_sha256, row.assertion = digest(canonical).hex(), assertion
    session.add(row)


def refuse_changed(session: orm.Session, revision: Revision, canonical: bytes) -> None:
    """Refuse if the statement is another one than was signed at submission.

    Raises:
        ConflictError: something that it covers has changed, or nobody has signed it.

    """
    proposed = assertions(session, revision.id).get(Act.PROPOSE)
    if proposed is None or proposed.statement_sha256 != digest(canonical).hex():
        raise ConflictError(CHANGED)
