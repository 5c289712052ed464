"""Tables of matters: the shared tracking ID, the numbers that others give it, and its publication clock.

A number of another issuer (a CVE, say) tells what a matter is about, so it is sealed; a keyed digest
beside it lets the database keep it unique.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feeds.formats.clock import ClockStatus
from feeds.matters.states import LeakState
from hub.core.db import Base
from hub.core.sealed import sealed


class Matter(Base):
    """What one or more notices are about; it has one tracking ID for ever."""

    __tablename__ = "matter"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    tracking_id: Mapped[str] = mapped_column(sa.String(13), unique=True)
    secret: Mapped[bytes] = mapped_column(
        info=sealed(), comment="32 random bytes that feed STIX ids; sealed by the vault"
    )
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None]

    clock: Mapped["PublicationClock"] = relationship(lazy="joined", innerjoin=True)


class MatterAlias(Base):
    """The matter's number at another issuer, from when to when it was held to be one."""

    __tablename__ = "matter_alias"
    __table_args__ = (
        sa.Index(
            "uq_matter_alias_matter_id_digest",
            "matter_id",
            "digest",
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"), index=True)
    position: Mapped[int] = mapped_column(comment="order in which the numbers became known")
    number: Mapped[bytes] = mapped_column(info=sealed(), comment="issuer and number, sealed by the vault")
    digest: Mapped[bytes] = mapped_column(
        sa.LargeBinary(32), comment="HMAC of issuer and number under the matter's secret"
    )
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(comment="kept: earlier releases named it")


class PublicationClock(Base):
    """When the matter becomes public, and how sure that is."""

    __tablename__ = "publication_clock"

    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"), primary_key=True)
    publication_at: Mapped[datetime | None] = mapped_column(comment="none while nothing is planned yet")
    status: Mapped[ClockStatus] = mapped_column(default=ClockStatus.PLANNED)
    public_since: Mapped[datetime | None] = mapped_column(
        comment="published earlier than told, as a coordinator recorded; it lifts nothing by itself"
    )


class PublicationMove(Base):
    """One change of a publication date that recipients had been told."""

    __tablename__ = "publication_move"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"), index=True)
    moved_from: Mapped[datetime]
    moved_to: Mapped[datetime]
    reason: Mapped[bytes] = mapped_column(info=sealed(), comment="sealed by the vault")
    moved_at: Mapped[datetime]
    moved_by: Mapped[uuid.UUID | None]


class MatterMerger(Base):
    """Two matters turned out to be one: notices go on under `into_id`; both tracking IDs stay known."""

    __tablename__ = "matter_merger"
    __table_args__ = (
        sa.Index(
            "uq_matter_merger_matter_id",
            "matter_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
        sa.CheckConstraint("matter_id <> into_id", name="two_matters"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"))
    into_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"), index=True)
    reason: Mapped[bytes] = mapped_column(info=sealed(), comment="sealed by the vault")
    merged_at: Mapped[datetime]
    merged_by: Mapped[uuid.UUID | None]
    told_at: Mapped[datetime | None] = mapped_column(comment="of the next release: it stays from then on")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[uuid.UUID | None]


class LeakRecord(Base):
    """Something of a matter leaked: it restricts and lifts nothing; a person decides what follows."""

    __tablename__ = "leak_record"
    __table_args__ = (
        sa.CheckConstraint("(decision IS NULL) = (state = 'undecided')", name="decided_with_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"), index=True)
    state: Mapped[LeakState] = mapped_column(default=LeakState.UNDECIDED)
    noticed_at: Mapped[datetime]
    how: Mapped[bytes] = mapped_column(info=sealed(), comment="how it became known; sealed by the vault")
    what: Mapped[bytes] = mapped_column(info=sealed(), comment="what leaked; sealed by the vault")
    decision: Mapped[bytes | None] = mapped_column(
        info=sealed(), comment="why publication is brought forward, or not; sealed by the vault"
    )
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None]
