"""Tables of the chains of the log: each chain's head, the global chain that anchors them, signed heads."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.audit import HASH_BYTES
from hub.core.db import Base
from hub.core.stamps import Stamped


class Chain(Stamped, Base):
    """Where a chain stands: a body's, or the one of what is of no body."""

    __tablename__ = "audit_chain"
    __stamped__ = ("id", "slot", "length", "head", "cut", "cut_hash", "before")

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, comment="the body's organisation; 0: of no body")
    slot: Mapped[int] = mapped_column(unique=True, comment="its leaf in the tree of a signed head")
    length: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    head: Mapped[bytes] = mapped_column(sa.LargeBinary(HASH_BYTES))
    cut: Mapped[int] = mapped_column(sa.BigInteger, default=0, comment="rows destroyed at its begin")
    cut_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(HASH_BYTES), comment="what its first row follows")
    before: Mapped[int] = mapped_column(
        sa.BigInteger,
        default=0,
        comment="rows up to this number are older than the chains",
    )


class Anchor(Base):
    """A link of the global chain: the heads of the chains that grew in one round."""

    __tablename__ = "audit_anchor"

    place: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    previous: Mapped[bytes] = mapped_column(sa.LargeBinary(HASH_BYTES))
    hash: Mapped[bytes] = mapped_column(sa.LargeBinary(HASH_BYTES))


class AnchoredHead(Base):
    """One chain's head in an anchor."""

    __tablename__ = "audit_anchored_head"
    __table_args__ = (sa.Index("ix_audit_anchored_head_chain_id_anchor_place", "chain_id", "anchor_place"),)

    anchor_place: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("audit_anchor.place"), primary_key=True
    )
    chain_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    length: Mapped[int] = mapped_column(sa.BigInteger)
    head: Mapped[bytes] = mapped_column(sa.LargeBinary(HASH_BYTES))


class SignedHead(Base):
    """The head of a day: the root of a tree over all chains and the global one, signed by the hub's key."""

    __tablename__ = "audit_signed_head"

    day: Mapped[date] = mapped_column(primary_key=True, comment="in Japan")
    at: Mapped[datetime]
    anchor_place: Mapped[int] = mapped_column(sa.BigInteger, comment="the last anchor that it covers")
    seed: Mapped[bytes] = mapped_column(sa.LargeBinary(HASH_BYTES), comment="of the salts and empty leaves")
    root: Mapped[bytes] = mapped_column(sa.LargeBinary(HASH_BYTES))
    signed: Mapped[str] = mapped_column(sa.Text, comment="the statement, signed in clear")
