"""Destroying a record: its envelopes, data keys included, are overwritten; a tombstone stays.

What remains elsewhere: PostgreSQL keeps the old version of a row until its next VACUUM, and a backup
keeps it as long as the backup lasts. Both hold the data key wrapped only, so that destroying the
key-encryption key of that time, after a re-wrap, ends them too.
"""

import hashlib
import time
import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from hub.core import audit
from hub.core.audit import Actor
from hub.core.db import Base, Database
from hub.core.errors import NotFoundError
from hub.core.sealed import SealedTable, sealed_tables
from hub.core.vault import SHREDDED

PATIENCE = 30.0  # seconds; longer than a page may take
PAUSE = 0.1  # seconds


class Tombstone(Base):
    """That a record was destroyed: which, what its sealed bytes hashed to, who, when, why."""

    __tablename__ = "tombstone"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    table_name: Mapped[str] = mapped_column(sa.String(64))
    row_id: Mapped[uuid.UUID] = mapped_column(index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the envelopes, in the order of columns")
    at: Mapped[datetime]
    account_id: Mapped[uuid.UUID | None] = mapped_column(comment="none: at the console")
    reason: Mapped[str] = mapped_column(sa.String(500))


def shred(
    session: orm.Session,
    metadata: sa.MetaData,
    table_name: str,
    row_id: uuid.UUID,
    *,
    reason: str,
    by: Actor,
    now: datetime,
) -> Tombstone | None:
    """Destroy what one row holds sealed; None if it was destroyed before.

    Raises:
        NotFoundError: there is no such table or row.

    """
    sealed = _table(metadata, table_name)
    row = session.execute(
        sa.select(*sealed.wanted()).where(sealed.table.c.id == row_id).with_for_update()
    ).mappings()
    found = row.one_or_none()
    if found is None:
        raise NotFoundError("There is no such record.")
    envelopes = {name: value for name, value, _ in sealed.envelopes(dict(found)) if value != SHREDDED}
    if not envelopes:
        return None
    session.execute(
        sa.update(sealed.table).where(sealed.table.c.id == row_id).values(dict.fromkeys(envelopes, SHREDDED))
    )
    digest = hashlib.sha256(b"".join(envelopes.values())).hexdigest()
    stone = Tombstone(
        table_name=table_name, row_id=row_id, sha256=digest, at=now, account_id=by.account_id, reason=reason
    )
    session.add(stone)
    audit.record(session, "record.shredded", by=by, now=now, subject=row_id, table=table_name, sha256=digest)
    return stone


def _table(metadata: sa.MetaData, name: str) -> SealedTable:
    for sealed in sealed_tables(metadata):
        if sealed.table.name == name and "id" in sealed.table.c:
            return sealed
    raise NotFoundError("There is no such record.")


def sweep(db: Database, table_name: str, *, patience: float = PATIENCE) -> bool:
    """Drop the bytes that the database itself still keeps of what was overwritten; after the commit.

    SQLite overwrites freed pages (`secure_delete`) but keeps the old ones in its log until a checkpoint;
    PostgreSQL keeps old versions of rows until a VACUUM that comes after every transaction of before.

    Args:
        db: not within a transaction.
        table_name: of the table that was overwritten.
        patience: seconds to wait for those transactions.

    Returns:
        False if somebody still reads what was before: nothing was done, to be asked for again.

    """
    with db.bind.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            return not busy
        if not _alone(connection, patience):
            return False
        quoted = connection.dialect.identifier_preparer.quote(table_name)
        connection.exec_driver_sql(f"VACUUM FULL {quoted}")
        return True


# A snapshot reaches back to the oldest transaction that runs anywhere on the server (PostgreSQL 15, 54.1).
_EARLIER = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND ("
    " age(backend_xid) >= age(CAST(:now AS xid)) OR (age(backend_xmin) >= age(CAST(:now AS xid))"
    "  AND coalesce(datname, current_database()) = current_database()))"
)


def _alone(connection: sa.Connection, patience: float) -> bool:
    """Wait until every transaction that began before this moment has ended."""
    now = connection.scalar(sa.text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)"))
    end = time.monotonic() + patience
    while connection.scalar(_EARLIER, {"now": now}):
        if time.monotonic() > end:
            return False
        time.sleep(PAUSE)
    return True
