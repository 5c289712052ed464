"""The table of links: of each secret no more than its HMAC."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.core.stamps import Stamped


class MemberLink(Stamped, Base):
    """A secret address that a body passes on to a member, who signs in nowhere; it works once."""

    __tablename__ = "member_link"
    __stamped__ = ("id", "purpose", "subject_id", "digest", "expires_at")

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    purpose: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[uuid.UUID] = mapped_column(index=True, comment="what it lets a member do something to")
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True, comment="HMAC of the secret")
    issued_at: Mapped[datetime]
    issued_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
