"""Tables of what bodies say about a notice. Rows are only added: the newest counts, the history stays."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.receipts.states import Choice
from hub.core.db import Base
from hub.core.sealed import sealed


class Answer(Base):
    """One answer of a body; any contact's counts for all."""

    __tablename__ = "answer"
    __table_args__ = (sa.Index("ix_answer_release_id_body_id", "release_id", "body_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("release.id"))
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"))
    choice: Mapped[Choice]
    text: Mapped[bytes | None] = mapped_column(info=sealed(), comment="sealed by the vault")
    answered_at: Mapped[datetime]
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), comment="none: the body's tool answered over TAXII"
    )


class Dissemination(Base):
    """A body tells that it passed the notice on to so many of its operators."""

    __tablename__ = "dissemination"
    __table_args__ = (sa.Index("ix_dissemination_release_id_body_id", "release_id", "body_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("release.id"))
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"))
    operators: Mapped[int]
    told_at: Mapped[datetime]
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
