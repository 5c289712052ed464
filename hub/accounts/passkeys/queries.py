"""Look-ups of passkeys."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts.passkeys.models import Passkey
from hub.core.errors import NotFoundError


def passkeys_of(session: orm.Session, account_id: uuid.UUID) -> Sequence[Passkey]:
    """Return the passkeys that an account can use, the oldest first."""
    mine = sa.select(Passkey).where(Passkey.account_id == account_id, Passkey.ended_at.is_(None))
    return session.scalars(mine.order_by(Passkey.added_at, Passkey.id)).all()


def own_passkey(session: orm.Session, passkey_id: uuid.UUID, *, account_id: uuid.UUID) -> Passkey:
    """Return a usable passkey of the account.

    Raises:
        NotFoundError: there is none of this id, it has ended, or it is another person's.

    """
    found = session.get(Passkey, passkey_id)
    if found is None or found.account_id != account_id or found.ended_at is not None:
        raise NotFoundError("no such passkey")
    return found


def by_credential(session: orm.Session, credential_id: bytes, *, account_id: uuid.UUID) -> Passkey | None:
    """Return the account's usable passkey of a credential id, locked, so that its counter only goes up."""
    return session.scalar(
        sa.select(Passkey)
        .where(
            Passkey.credential_id == credential_id,
            Passkey.account_id == account_id,
            Passkey.ended_at.is_(None),
        )
        .with_for_update()
    )
