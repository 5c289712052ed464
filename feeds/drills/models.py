"""Tables of drills. No row holds a text: what a drill says is in the code, by version."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feeds.drills.states import State
from hub.core.db import Base


class DrillDelivery(Base):
    """A drill for a body's tools (no contact), or for one of its contacts by mail."""

    __tablename__ = "drill_delivery"
    __table_args__ = (sa.UniqueConstraint("turn_id", "contact_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    turn_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("drill_turn.id"), index=True)
    contact_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("contact.id"))
    state: Mapped[State] = mapped_column(default=State.PROMISED)
    reason: Mapped[str | None] = mapped_column(sa.String(300), comment="why it is held or was refused")
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64), comment="certificate sealed to")
    artifact_id: Mapped[str | None] = mapped_column(sa.String(60), comment="STIX id in the body's collection")
    promised_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None] = mapped_column(comment="stored, or taken by the mail server")
    fetched_at: Mapped[datetime | None] = mapped_column(comment="a client of the body had it first")
    opened_at: Mapped[datetime | None] = mapped_column(comment="its receipt code came back")


class Turn(Base):
    """One body's part in a drill."""

    __tablename__ = "drill_turn"
    __table_args__ = (sa.UniqueConstraint("drill_id", "body_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    drill_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("drill.id"))
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))

    deliveries: Mapped[list[DrillDelivery]] = relationship(
        lazy="selectin", order_by=DrillDelivery.promised_at
    )

    @property
    def opened_at(self) -> datetime | None:
        """Return when the first receipt code came back."""
        return min((each.opened_at for each in self.deliveries if each.opened_at), default=None)


class Drill(Base):
    """A drill: nothing but its number, its hours and the version of its fixed text."""

    __tablename__ = "drill"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    tracking_id: Mapped[str] = mapped_column(sa.String(20), unique=True)
    text_version: Mapped[str] = mapped_column(sa.String(10))
    started_at: Mapped[datetime] = mapped_column(index=True)
    deadline: Mapped[datetime]
    started_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))


class Waiver(Base):
    """A recorded decision that a body need pass no drill, and why (the exception route)."""

    __tablename__ = "drill_waiver"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    waived_at: Mapped[datetime]
    waived_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
