"""The table of who has which version of the pack."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base


class PackReading(Base):
    """One version of the pack and one contact: when it went along with a notice, when it was read."""

    __tablename__ = "pack_reading"

    contact_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("contact.id"), primary_key=True)
    version: Mapped[str] = mapped_column(sa.String(20), primary_key=True, comment="which of feeds/pack/texts")
    sent_at: Mapped[datetime | None] = mapped_column(comment="the mail server took a notice with it")
    read_at: Mapped[datetime | None] = mapped_column(comment="the contact said that it is understood")
