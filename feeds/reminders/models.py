"""Tables of reminders: the rules, what was done, and who was called."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.formats.content import Kind
from feeds.reminders.states import Outcome, Stage
from hub.core.db import Base
from hub.core.sealed import sealed


class ReminderRule(Base):
    """When a notice of a kind is reminded of, where coordinators have changed what the hub comes with."""

    __tablename__ = "reminder_rule"

    kind: Mapped[Kind] = mapped_column(primary_key=True)
    urgent: Mapped[bool] = mapped_column(
        comment="at any hour, in hours; else in business days, in open hours"
    )
    first: Mapped[int]
    second: Mapped[int]
    deputy: Mapped[int]
    call: Mapped[int]


class QuietHours(Base):
    """When nobody is reminded of what is not urgent; one row, once coordinators have changed it."""

    __tablename__ = "quiet_hours"
    __table_args__ = (sa.CheckConstraint("number = 1", name="one_row"),)

    number: Mapped[int] = mapped_column(primary_key=True, default=1)
    begins: Mapped[int] = mapped_column(comment="hour in Japan, 0 to 23")
    ends: Mapped[int] = mapped_column(comment="hour in Japan, 0 to 23")
    closed_days: Mapped[bool] = mapped_column(comment="weekends and holidays are quiet, too")


class Reminder(Base):
    """A stage that was done for a notice and a body."""

    __tablename__ = "reminder"
    __table_args__ = (sa.UniqueConstraint("release_id", "body_id", "stage"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("release.id"))
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    stage: Mapped[Stage]
    at: Mapped[datetime]


class Call(Base):
    """A telephone call about a notice that nobody had answered."""

    __tablename__ = "call"
    __table_args__ = (sa.Index("ix_call_release_id_body_id", "release_id", "body_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("release.id"))
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"))
    contact_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("contact.id"), comment="who was called")
    outcome: Mapped[Outcome]
    remark: Mapped[bytes | None] = mapped_column(info=sealed(), comment="sealed by the vault")
    called_at: Mapped[datetime]
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), comment="who called")
