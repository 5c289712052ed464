"""The table of what IPA owes a finder. It has no field for who that is, on purpose."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feeds.finders.states import State
from hub.core.db import Base


class FinderNotice(Base):
    """Whether a matter came from a report to IPA (届出), and since when its finder knows of the release."""

    __tablename__ = "finder_notice"
    __table_args__ = (sa.CheckConstraint("(told_on IS NOT NULL) = (state = 'told')", name="told_has_a_day"),)

    advisory_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("advisory.id"), primary_key=True)
    state: Mapped[State]
    noted_at: Mapped[datetime]
    noted_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), comment="a coordinator")
    told_on: Mapped[date | None] = mapped_column(comment="day in Japan on which IPA told the finder")
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), comment="a reviewer")
