"""The table of questions about a notice."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.questions.states import State
from hub.core.db import Base
from hub.core.sealed import sealed
from hub.core.stamps import Stamped


class Question(Stamped, Base):
    """What one body asked about one release; the stamp is over what decides who may read it."""

    __tablename__ = "question"
    __table_args__ = (
        sa.CheckConstraint("(answered_at IS NULL) = (state = 'open')", name="answered_has_instant"),
    )
    __stamped__ = ("id", "release_id", "body_id", "state")

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("release.id"), index=True)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"))
    state: Mapped[State] = mapped_column(default=State.OPEN)
    text: Mapped[bytes] = mapped_column(info=sealed(), comment="as the body asked; sealed by the vault")
    asked_at: Mapped[datetime]
    asked_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    wording: Mapped[bytes | None] = mapped_column(
        info=sealed(), comment="as all addressed bodies read the question; sealed by the vault"
    )
    answer: Mapped[bytes | None] = mapped_column(info=sealed(), comment="sealed by the vault")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
