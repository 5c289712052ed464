"""The table of product lists. Which products a sector runs is itself worth protecting, so each is sealed."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.core.sealed import sealed


class ProductList(Base):
    """The products of one body, whole in one envelope: not even their number lies open."""

    __tablename__ = "product_list"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1, comment="counts saves: two writers do not overwrite")
    products: Mapped[bytes] = mapped_column(info=sealed(), comment="as JSON, sealed by the vault")
    changed_at: Mapped[datetime]
    changed_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
