"""The audit log: who did what, to what, when (UTC), from where. Rows are only ever added.

A row is written in the same transaction as the act that it records. It never holds a secret or any
content of an advisory: ids, states and counts only.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: an account of an organisation at a network address, or the hub itself (all None)."""

    account_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None
    address: str | None = None


THE_HUB = Actor()


class Entry(Base):
    """One act."""

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(sa.String(64), index=True)
    account_id: Mapped[uuid.UUID | None]
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    address: Mapped[str | None] = mapped_column(sa.String(64))
    subject_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    details: Mapped[dict[str, str]] = mapped_column(sa.JSON)


def record(
    session: orm.Session,
    action: str,
    *,
    by: Actor,
    now: datetime,
    subject: uuid.UUID | None = None,
    **details: str,
) -> None:
    """Add a row to the log; `details` are ids, states and counts, never content."""
    session.add(
        Entry(
            at=now,
            action=action,
            account_id=by.account_id,
            organisation_id=by.organisation_id,
            address=by.address,
            subject_id=subject,
            details=details,
        )
    )
