"""The table of bodies opened without an application; it keeps for good who did it, and after which talks."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.core.sealed import sealed
from hub.core.stamps import Stamped
from sectors.openings.states import State


class Kind(StrEnum):
    """Why no application precedes it."""

    EXCEPTION = "exception"
    TAKEOVER = "takeover"


class Opening(Stamped, Base):
    """A body proposed by one coordinator and approved by another; who it is stands in the sealed document.

    `document_sha256` is of the plaintext: the stamp covers it, so that no other document takes its place.
    """

    __tablename__ = "opening"
    __table_args__ = (sa.CheckConstraint("approved_by <> proposed_by", name="second_person"),)
    __stamped__ = (
        *("id", "kind", "state", "name", "document_sha256", "contract_sha256"),
        *("proposed_at", "proposed_by", "approved_at", "approved_by", "counts_at", "organisation_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[Kind]
    state: Mapped[State] = mapped_column(default=State.PROPOSED)
    name: Mapped[str] = mapped_column(sa.String(200), comment="of the organisation, in Japanese")
    consultation: Mapped[str] = mapped_column(sa.Text, comment="with whom, when, with what result")
    document: Mapped[bytes] = mapped_column(
        deferred=True, info=sealed(), comment="what the body is, as JSON, sealed by the vault"
    )
    document_sha256: Mapped[str] = mapped_column(sa.String(64))
    contract: Mapped[bytes | None] = mapped_column(
        deferred=True, info=sealed(), comment="the agreement in force, as PDF, sealed by the vault"
    )
    contract_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    counts_at: Mapped[datetime | None] = mapped_column(comment="first instant at which it may count")
    ended_at: Mapped[datetime | None] = mapped_column(comment="began to count, or was refused")
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("organisation.id"), comment="made when it began to count"
    )
