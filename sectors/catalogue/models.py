"""Tables of sectors and of the action plan's editions.

The list of sectors changes over the years, so each row says from and to which day it holds, and cites the
revision of the guideline that names it.
"""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base


class Sector(Base):
    """A critical-infrastructure sector, or government and administrative services."""

    __tablename__ = "sector"

    code: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    position: Mapped[int] = mapped_column(comment="order of the action plan")
    ja: Mapped[str] = mapped_column(sa.String(60))
    en: Mapped[str] = mapped_column(sa.String(60))
    stix_sectors: Mapped[list[str]] = mapped_column(sa.JSON, comment="STIX 2.1 industry-sector-ov")
    guideline: Mapped[str] = mapped_column(sa.String(200), comment="the revision that names the sector")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(comment="first day on which it does not hold")


class Edition(Base):
    """An edition of the action plan, which rosters cite: it says who is a critical operator."""

    __tablename__ = "action_plan_edition"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)
    decided_on: Mapped[date]
