"""The table of what products a body names. Which these are tells how to attack its sector: it is sealed."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.core.sealed import sealed


class ProductList(Base):
    """The products that matter to a body."""

    __tablename__ = "product_list"

    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1, comment="counts saves: two writers do not overwrite")
    products: Mapped[bytes] = mapped_column(info=sealed(), comment="JSON, sealed by the vault")
    saved_at: Mapped[datetime]
    saved_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
