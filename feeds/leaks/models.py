"""The table of leaks and misdeliveries; all that is told of one is sealed by the vault."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.leaks.states import Decision, LeakKind, State
from hub.core.db import Base
from hub.core.sealed import sealed


class Leak(Base):
    """A leak or misdelivery, as somebody of the staff or of a body reported it; only staff see it."""

    __tablename__ = "leak"
    __table_args__ = (sa.CheckConstraint("(decided_at IS NULL) = (state = 'reported')", name="decided_once"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"), index=True)
    kind: Mapped[LeakKind]
    state: Mapped[State] = mapped_column(default=State.REPORTED)
    happened_at: Mapped[datetime | None] = mapped_column(comment="none where nobody knows")
    how_known: Mapped[bytes] = mapped_column(info=sealed(), comment="sealed by the vault")
    extent: Mapped[bytes] = mapped_column(info=sealed(), comment="sealed by the vault")
    body_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("body.id"), comment="whose contact reported it; none: staff"
    )
    reported_at: Mapped[datetime]
    reported_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    decision: Mapped[Decision | None]
    decision_reason: Mapped[bytes | None] = mapped_column(info=sealed(), comment="sealed by the vault")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
