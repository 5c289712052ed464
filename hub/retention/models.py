"""The table of announced destructions: what, when, and who holds it for what reason."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.retention.states import State


class Kind(StrEnum):
    """What has a period."""

    DRAFTS = "drafts"
    COPIES = "copies"
    ATTACHMENTS = "attachments"
    LOG = "log"


_OPEN = sa.text("state IN ('coming', 'destruction-held')")


class Destruction(Base):
    """One record that is over and will be destroyed, or was."""

    __tablename__ = "announced_destruction"
    __table_args__ = (
        sa.Index(
            "uq_announced_destruction_open",
            "table_name",
            "row_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.CheckConstraint("(held_by IS NULL) = (state <> 'destruction-held')", name="held_by_somebody"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[Kind]
    table_name: Mapped[str] = mapped_column(sa.String(64))
    row_id: Mapped[uuid.UUID] = mapped_column(comment="of the log: the chain's")
    ended_at: Mapped[datetime] = mapped_column(comment="when its period began; of the log: where it is cut")
    announced_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[State] = mapped_column(default=State.COMING)
    held_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    held_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.String(500), comment="why it is, or was last, held")
    done_at: Mapped[datetime | None]
    swept_at: Mapped[datetime | None] = mapped_column(comment="its bytes left the database's files")
