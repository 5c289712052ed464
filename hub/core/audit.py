"""The audit log: who did what, to what, when (UTC), from where. Rows are only ever added.

A row is written in the same transaction as the act that it records. It never holds a secret or any
content of an advisory: ids, states and counts only. Each carries a stamp, so that a row written past the hub
shows; a job gives it its place in a chain seconds later (`hub.trail`), so that no writer waits for another.
"""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.core.stamps import key_of

NONCE_BYTES = 16
HASH_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: an account of an organisation at a network address, or the hub itself (all None)."""

    account_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None
    address: str | None = None


THE_HUB = Actor()
RECORDED: ContextVar[int] = ContextVar("recorded", default=0)  # acts, since the edge last set it to 0


class Entry(Base):
    """One act."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.UniqueConstraint("chain_id", "place"),
        sa.Index(
            "ix_audit_entry_unchained",
            "number",
            sqlite_where=sa.text("place IS NULL"),
            postgresql_where=sa.text("place IS NULL"),
        ),
    )

    number: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(sa.String(64), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    address: Mapped[str | None] = mapped_column(sa.String(64))
    subject_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    concerns_id: Mapped[uuid.UUID | None] = mapped_column(
        comment="the body's organisation, where staff or the hub act for it"
    )
    details: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    nonce: Mapped[bytes | None] = mapped_column(
        sa.LargeBinary(NONCE_BYTES), unique=True, comment="random; none: from before the chain"
    )
    stamp: Mapped[bytes | None] = mapped_column(
        sa.LargeBinary(HASH_BYTES), comment="HMAC over what was written"
    )
    chain_id: Mapped[uuid.UUID | None] = mapped_column(comment="a body's organisation; 0: of no body")
    place: Mapped[int | None] = mapped_column(
        sa.BigInteger, comment="in its chain, from 1; none: no place yet"
    )
    previous: Mapped[bytes | None] = mapped_column(
        sa.LargeBinary(HASH_BYTES), comment="the hash of the row before it in its chain"
    )
    hash: Mapped[bytes | None] = mapped_column(sa.LargeBinary(HASH_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a row says, as it is hashed: who did it apart, so that it can be shown or left out."""

    at: datetime
    action: str
    subject_id: uuid.UUID | None
    concerns_id: uuid.UUID | None
    details: Mapping[str, str]
    who: bytes

    def digest(self) -> bytes:
        """Return SHA-256 over a canonical JSON of all of it."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        said = [at, self.action, self.subject_id, self.concerns_id, self.details, self.who.hex()]
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()


def who_digest(by: Actor, nonce: bytes | None) -> bytes:
    """Return SHA-256 over who acted, blinded by the row's nonce: it can be shown to whom may not know who."""
    said = [(nonce or b"").hex(), by.account_id, by.organisation_id, by.address]
    return hashlib.sha256(orjson.dumps(said)).digest()


def stamp(digest: bytes, *, key: bytes) -> bytes:
    """Return the stamp of a row: only who holds the hub's token key can make it."""
    return hmac.digest(key, b"audit entry" + digest, hashlib.sha256)


def record(
    session: orm.Session,
    action: str,
    *,
    by: Actor,
    now: datetime,
    subject: uuid.UUID | None = None,
    concerns: uuid.UUID | None = None,
    **details: str,
) -> None:
    """Add a row to the log; `details` are ids, states and counts, never content.

    `concerns` names the organisation of a body that may read the row in its own log, though others acted.
    """
    RECORDED.set(RECORDED.get() + 1)
    nonce = secrets.token_bytes(NONCE_BYTES)
    facts = Facts(
        at=now,
        action=action,
        subject_id=subject,
        concerns_id=concerns,
        details=details,
        who=who_digest(by, nonce),
    )
    session.add(
        Entry(
            at=now,
            action=action,
            account_id=by.account_id,
            organisation_id=by.organisation_id,
            address=by.address,
            subject_id=subject,
            concerns_id=concerns,
            details=details,
            nonce=nonce,
            stamp=stamp(facts.digest(), key=key_of(session)),
        )
    )
