"""Tables of the object store: collections, the versions of objects in them, and what was submitted.

Instants that order pages are whole microseconds since 1970, so that a database without exact instants
pages as well as one that has them.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.core.sealed import sealed

LONGEST_ID = 290  # a type of 250 characters, two hyphens, a UUID


class Collection(Base):
    """A TAXII collection; who may read or write it is not known here."""

    __tablename__ = "taxii_collection"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str | None] = mapped_column(sa.String(1000))
    last_added: Mapped[int] = mapped_column(
        sa.BigInteger, default=0, comment="date_added of the newest object, microseconds since 1970"
    )


class StoredObject(Base):
    """One version of an object, as the bytes that were published.

    The key is the order of the collection: a page is one walk along it, or along the index of the
    latest versions, from the reader's last position.
    """

    __tablename__ = "taxii_object"
    __table_args__ = (
        sa.Index("ix_taxii_object_latest", "collection_id", "latest", "date_added"),
        sa.Index(
            "uq_taxii_object_version",
            "collection_id",
            "stix_id",
            "version_at",
            unique=True,
            sqlite_where=sa.text("hidden = 0"),
            postgresql_where=sa.text("NOT hidden"),
        ),
        sa.CheckConstraint("NOT (hidden AND (latest OR earliest))", name="hidden_is_neither"),
    )

    collection_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey(Collection.id), primary_key=True)
    date_added: Mapped[int] = mapped_column(
        sa.BigInteger, primary_key=True, autoincrement=False, comment="microseconds since 1970, commit order"
    )
    stix_id: Mapped[str] = mapped_column(sa.String(LONGEST_ID))
    type: Mapped[str] = mapped_column(sa.String(250))
    spec_version: Mapped[str] = mapped_column(sa.String(8))
    version: Mapped[str] = mapped_column(sa.String(40), comment="exactly as published")
    version_at: Mapped[int] = mapped_column(
        sa.BigInteger, comment="the same instant, microseconds since 1970"
    )
    latest: Mapped[bool] = mapped_column(default=False, comment="the newest version that is not hidden")
    earliest: Mapped[bool] = mapped_column(default=False, comment="the oldest version that is not hidden")
    hidden: Mapped[bool] = mapped_column(default=False, comment="deleted by a client; kept for the record")
    document: Mapped[bytes] = mapped_column(info=sealed(some=True))


OBJECTS = Base.metadata.tables[StoredObject.__tablename__]  # read without the ORM, at every poll


class Submission(Base):
    """The status resource of one POST (TAXII 2.1, 4.3.1); every submission is done when it is answered."""

    __tablename__ = "taxii_submission"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    collection_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey(Collection.id), index=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[bytes] = mapped_column(comment="the resource, serialised: ids, versions, reasons")
