"""The log of problems; what it says lies sealed."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.problems.states import State
from hub.core.db import Base
from hub.core.sealed import sealed


class Problem(Base):
    """One problem of one body, told by the body or by JPCERT/CC."""

    __tablename__ = "trial_problem"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    state: Mapped[State] = mapped_column(default=State.OPEN)
    text: Mapped[bytes] = mapped_column(info=sealed(), comment="sealed by the vault")
    told_at: Mapped[datetime]
    told_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    solution: Mapped[bytes | None] = mapped_column(info=sealed(), comment="sealed by the vault")
    solved_at: Mapped[datetime | None]
    solved_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
