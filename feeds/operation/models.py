"""Tables of the trial operation: its periods."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.operation.states import State
from hub.core.db import Base

STILL_RUNS = sa.text("state = 'running'")


class Trial(Base):
    """One period of trial operation of one body; an extension is a period of its own."""

    __tablename__ = "trial"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= begins_on", name="ends_after_begin"),
        sa.Index(
            "uq_trial_running", "body_id", unique=True, sqlite_where=STILL_RUNS, postgresql_where=STILL_RUNS
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    begins_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(comment="last day, Japanese time")
    state: Mapped[State] = mapped_column(default=State.RUNNING)
    consulted_on: Mapped[date | None]
    consultation: Mapped[str] = mapped_column(
        sa.Text, default="", comment="with whom, about what, why it decided so"
    )
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
