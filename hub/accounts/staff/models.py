"""The table of changes to accounts that need two people; it keeps for good who made them."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.accounts.models import Role
from hub.accounts.staff.states import Kind, State
from hub.core.db import Base
from hub.core.stamps import Stamped

STILL_OPEN = sa.text("state IN ('proposed', 'approved')")


class StaffChange(Stamped, Base):
    """An account that is to be opened, to get another role, or to be set up anew by its person."""

    __tablename__ = "staff_change"
    __table_args__ = (
        sa.CheckConstraint("approved_by <> proposed_by", name="second_person"),
        sa.Index(
            "uq_staff_change_open", "email", unique=True, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN
        ),
    )
    __stamped__ = (
        *("id", "kind", "account_id", "email", "name", "role", "state", "proposed_at", "proposed_by"),
        *("approved_at", "approved_by", "counts_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[Kind]
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), comment="none: to be opened"
    )
    email: Mapped[str] = mapped_column(sa.String(254), comment="lower case")
    name: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[Role] = mapped_column(comment="the role that it will have")
    state: Mapped[State] = mapped_column(default=State.PROPOSED)
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    counts_at: Mapped[datetime | None] = mapped_column(comment="first instant at which it may count")
    ended_at: Mapped[datetime | None] = mapped_column(comment="began to count, or was refused")
