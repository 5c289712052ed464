"""The table of announcements."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.accounts.models import Account
from hub.core.db import Base


class Means(StrEnum):
    """How an industry body was told of the scheme."""

    LETTER = "letter"
    MAIL = "mail"
    MEETING = "meeting"
    TELEPHONE = "telephone"
    OTHER = "other"


class Announcement(Base):
    """One industry body that was told of the scheme; a record that is never changed."""

    __tablename__ = "announcement"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    industry_body: Mapped[str] = mapped_column(sa.String(200))
    sector_code: Mapped[str | None] = mapped_column(sa.ForeignKey("sector.code"), comment="none: several")
    addressee: Mapped[str] = mapped_column(sa.String(200), comment="department or person that was told")
    means: Mapped[Means]
    announced_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text)
    recorded_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime]

    recorder: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
