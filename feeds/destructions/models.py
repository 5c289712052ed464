"""The table of requests for a certificate of destruction."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.destructions.states import State
from hub.core.db import Base
from hub.core.sealed import sealed


class Cause(StrEnum):
    """Why the information has to go."""

    SUSPENDED = "suspended"
    LEFT = "left"
    AGREEMENT_ENDED = "agreement-ended"


class Destruction(Base):
    """One request to one body: what it covers, by when, and what the body certified."""

    __tablename__ = "destruction"
    __table_args__ = (sa.UniqueConstraint("body_id", "occasion"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    cause: Mapped[Cause]
    occasion: Mapped[str] = mapped_column(sa.String(100), comment="what it followed from: asked for once")
    state: Mapped[State] = mapped_column(default=State.REQUESTED)
    covers: Mapped[list[str]] = mapped_column(
        sa.JSON, comment="tracking IDs that had arrived at the body and were not lifted at the request"
    )
    requested_at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(comment="last day, Japanese time")
    remarks: Mapped[str] = mapped_column(sa.Text, default="", comment="why it was returned or called off")
    received_at: Mapped[datetime | None]
    received_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    signer: Mapped[str | None] = mapped_column(sa.String(100), comment="who answers for it in the body")
    destroyed_on: Mapped[date | None]
    members_too: Mapped[bool | None] = mapped_column(comment="members and contractors have destroyed it")
    statement: Mapped[bytes | None] = mapped_column(
        info=sealed(), comment="how, and what could not be destroyed; sealed by the vault"
    )
    document: Mapped[bytes | None] = mapped_column(
        deferred=True, info=sealed(), comment="the signed certificate, as PDF, sealed by the vault"
    )
    document_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    ended_at: Mapped[datetime | None] = mapped_column(comment="accepted, or called off")
    ended_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
