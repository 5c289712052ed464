"""Look-ups of recovery codes."""

import uuid

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts.recovery.models import RecoveryCode


def left(session: orm.Session, account_id: uuid.UUID) -> int:
    """Count the recovery codes of an account that were not used yet."""
    unused = sa.select(sa.func.count()).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(unused) or 0
