"""The tables of TAXII clients, a body's tools with a token each, and of what each has downloaded."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.core.stamps import Stamped


class TaxiiClient(Stamped, Base):
    """One tool of one body; its token is kept as an HMAC and shown once."""

    __tablename__ = "taxii_client"
    __stamped__ = (
        "id",
        "body_id",
        "username",
        "digest",
        "expires_at",
        "revoked_at",
        "networks",
        "certificate",
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    username: Mapped[str] = mapped_column(sa.String(40), unique=True)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None] = mapped_column(comment="written at most once a minute")
    networks: Mapped[str] = mapped_column(
        sa.String(1000),
        default="",
        server_default="",
        comment="it may come from these alone, CIDR with commas; empty: anywhere",
    )
    certificate: Mapped[bytes | None] = mapped_column(
        sa.LargeBinary(32), comment="SHA-256 of the TLS client certificate that it must show"
    )


class Download(Base):
    """That a client has had a stored object, by its place in the collection; written once."""

    __tablename__ = "taxii_download"
    __table_args__ = ({"sqlite_with_rowid": False},)

    client_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey(TaxiiClient.id), primary_key=True)
    collection_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("taxii_collection.id"), primary_key=True)
    date_added: Mapped[int] = mapped_column(
        sa.BigInteger, primary_key=True, autoincrement=False, comment="of the object, microseconds since 1970"
    )
    at: Mapped[datetime]
