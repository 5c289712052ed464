"""Tables of what was, or is to be, delivered: a body's series, its copies, its contacts' mails."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.delivery.states import State
from hub.core.db import Base


class Series(Base):
    """A body's two collections and the head of its sealed series: compared and set when a copy is stored."""

    __tablename__ = "series"

    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), primary_key=True)
    sealed_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("taxii_collection.id"), unique=True)
    answers_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("taxii_collection.id"), unique=True)
    seq: Mapped[int] = mapped_column(default=0, comment="of the newest copy; counts without gaps")
    sha256: Mapped[str] = mapped_column(sa.String(64), default="", comment="of the newest plaintext")


class Beat(Base):
    """The one heartbeat that lies in a body's sealed collection."""

    __tablename__ = "heartbeat"

    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), primary_key=True)
    stix_id: Mapped[str] = mapped_column(sa.String(60), comment="of the artifact; the next replaces it")
    issued_at: Mapped[datetime]


class Copy(Base):
    """One release for one body's tools."""

    __tablename__ = "copy"
    __table_args__ = (sa.UniqueConstraint("release_id", "body_id"), sa.UniqueConstraint("body_id", "seq"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("release.id"))
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"))
    state: Mapped[State] = mapped_column(default=State.PROMISED)
    reason: Mapped[str | None] = mapped_column(sa.String(300), comment="why it is held")
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64), comment="certificate sealed to")
    seq: Mapped[int | None]
    promised_at: Mapped[datetime]
    artifact_id: Mapped[str | None] = mapped_column(sa.String(60), comment="STIX id in the body's collection")
    delivered_at: Mapped[datetime | None] = mapped_column(comment="stored in the body's collection")
    fetched_at: Mapped[datetime | None] = mapped_column(comment="a client of the body had it first")
    opened_at: Mapped[datetime | None] = mapped_column(comment="its receipt code came back")


class Mailing(Base):
    """One release for one contact, by encrypted mail."""

    __tablename__ = "mailing"
    __table_args__ = (
        sa.UniqueConstraint("release_id", "contact_id"),
        sa.Index("ix_mailing_release_id_body_id", "release_id", "body_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("release.id"))
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"))
    contact_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("contact.id"))
    state: Mapped[State] = mapped_column(default=State.PROMISED)
    reason: Mapped[str | None] = mapped_column(sa.String(300), comment="why it is held or was refused")
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64), comment="certificate sealed to")
    promised_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None] = mapped_column(comment="taken by the mail server")
    opened_at: Mapped[datetime | None] = mapped_column(comment="its receipt code came back")
    message_id: Mapped[str | None] = mapped_column(
        sa.String(300), index=True, comment="with its brackets; by it a returned mail is recognised"
    )
    bounced_at: Mapped[datetime | None] = mapped_column(comment="came back, or was refused, for good")
    bounce_code: Mapped[str | None] = mapped_column(
        sa.String(11), comment="SMTP or enhanced status code of that (RFC 5321, RFC 3463)"
    )
    delays: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="how often a server told that it still tries"
    )
