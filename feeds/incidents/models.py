"""Tables of reported incidents, and of what was done about each."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.incidents.states import Kind, State
from hub.core.db import Base
from hub.core.sealed import sealed


class Incident(Base):
    """A leak or a misdelivery, as a body reports it."""

    __tablename__ = "incident"
    __table_args__ = (
        sa.CheckConstraint("(closed_at IS NULL) = (state = 'open')", name="closed_has_instant"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    release_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("release.id"), comment="the notice it is about; none: not about one alone"
    )
    kind: Mapped[Kind]
    state: Mapped[State] = mapped_column(default=State.OPEN)
    text: Mapped[bytes] = mapped_column(info=sealed(), comment="sealed by the vault")
    reported_at: Mapped[datetime]
    reported_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]


class IncidentNote(Base):
    """What was done about an incident; rows are only added."""

    __tablename__ = "incident_note"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    text: Mapped[bytes] = mapped_column(info=sealed(), comment="sealed by the vault")
    noted_at: Mapped[datetime]
    noted_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
