"""The table of changes of telephone numbers; it keeps for good who made them."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.core.stamps import Stamped
from sectors.telephones.states import State

STILL_OPEN = sa.text("state IN ('proposed', 'approved')")


class TelephoneChange(Stamped, Base):
    """A new number for one contact: who proposed it, who approved it, from when it counts."""

    __tablename__ = "telephone_change"
    __table_args__ = (
        sa.CheckConstraint("approved_by <> proposed_by", name="second_person"),
        sa.Index(
            "uq_telephone_change_open",
            "contact_id",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
    )
    __stamped__ = (
        *("id", "contact_id", "number", "state", "proposed_at", "proposed_by"),
        *("approved_at", "approved_by", "counts_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    contact_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("contact.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(30))
    state: Mapped[State] = mapped_column(default=State.PROPOSED)
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    counts_at: Mapped[datetime | None] = mapped_column(comment="first instant at which the number may count")
    ended_at: Mapped[datetime | None] = mapped_column(comment="began to count, or was refused")
