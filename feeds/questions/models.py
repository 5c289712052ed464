"""Tables of questions and replies. The texts are sealed; the rows that decide who reads them carry stamps."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.questions.states import State, To
from hub.core.db import Base
from hub.core.sealed import sealed
from hub.core.stamps import Stamped


class Question(Stamped, Base):
    """What a body asks about a notice; only that body and the coordinators read it."""

    __tablename__ = "question"
    __stamped__ = ("id", "advisory_id", "body_id")

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    advisory_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("advisory.id"), index=True)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    state: Mapped[State] = mapped_column(default=State.ASKED)
    text: Mapped[bytes] = mapped_column(info=sealed(), comment="sealed by the vault")
    asked_at: Mapped[datetime]
    asked_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))


class Reply(Stamped, Base):
    """What the coordinators answer: added once, never changed; a later one adds to it."""

    __tablename__ = "reply"
    __stamped__ = ("id", "question_id", "release_id", "audience")

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    question_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("question.id"), index=True)
    release_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("release.id"), comment="the newest then: who was not given it reads no reply to all"
    )
    audience: Mapped[To]
    retold: Mapped[bytes | None] = mapped_column(
        info=sealed(), comment="the question as others read it, naming nobody; sealed by the vault"
    )
    text: Mapped[bytes] = mapped_column(info=sealed(), comment="sealed by the vault")
    replied_at: Mapped[datetime]
    replied_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
