"""Make a backup while web and worker run: one snapshot of the database, sealed as it is read."""

import importlib.metadata
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from hub.backup import archive
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.db import READ, connect
from hub.core.errors import ConfigurationError, ConflictError
from hub.core.instance import Instance
from hub.core.portable import lines, shape_of
from hub.health.figures import BACKUP
from hub.migrations import history
from hub.migrations.tables import metadata
from keys import backups

MEMBER = 1 << 20  # bytes of rows in one member
PATIENT = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)

Tell = Callable[[str, int], None]  # a table was written: its name and its rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A finished backup: the certificate that opens it, and its rows by table."""

    file: Path
    fingerprint: str
    size: int  # bytes
    rows: dict[str, int]


def back_up(hub: Instance, file: Path, *, tell: Tell, now: datetime) -> Made:
    """Write everything but the key-encryption key and the hub's secret keys into a new file.

    Raises:
        ConfigurationError: there is no usable backup certificate, or a file of the worker cannot be read.
        ConflictError: the file exists, or the database is not of this program's revision.
        BackupSealError: it could not be written; there is no such file then.

    """
    config = hub.config
    if config.backup_certificate is None:
        raise ConfigurationError(
            "HUB_BACKUP_CERTIFICATE must name the certificate that backups are sealed to"
        )
    if file.exists():
        raise ConflictError(f"{file} exists already")
    to = backups.recipient(config.backup_certificate, gpg=config.gpg, now=now)
    partly = file.with_name(f"{file.name}.part")
    partly.unlink(missing_ok=True)  # of a run that was killed
    with _snapshot(config) as connection, backups.sealing(partly, to=to, gpg=config.gpg) as stream:
        rows = _written(archive.writing(stream), connection, hub, tell=tell, now=now)
    partly.rename(file)
    with hub.db.transaction() as session:
        audit.record(session, BACKUP, by=THE_HUB, now=now, rows=str(sum(rows.values())))
    return Made(file=file, fingerprint=to.fingerprint, size=file.stat().st_size, rows=rows)


@contextmanager
def _snapshot(config: Config) -> Iterator[sa.Connection]:
    """Give a connection that sees the database as it stands now, whatever others write meanwhile."""
    engine = connect(config.database_url)
    options = dict(READ)
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"  # type: ignore[assignment] # options are of any type
    try:
        with engine.connect().execution_options(**options) as connection:
            if not history.at_head(connection):
                raise ConflictError("The database is not of this program's revision: run `upgrade` first")
            be_patient(connection)
            yield connection
    finally:
        engine.dispose()


def be_patient(connection: sa.Connection) -> None:
    """Lift, for this transaction, the limits of time that protect the hub from a request that hangs."""
    if connection.dialect.name == "postgresql":
        for sentence in PATIENT:
            connection.exec_driver_sql(sentence)


def _written(
    opened: "archive.Writing", connection: sa.Connection, hub: Instance, *, tell: Tell, now: datetime
) -> dict[str, int]:
    manifest = archive.Manifest(
        id=str(uuid.uuid4()),
        made_at=now.isoformat(),
        program=importlib.metadata.version("priority-hub"),
        revision=history.revision_of(connection) or "",
        database=connection.dialect.name,
        tables=tuple(map(shape_of, metadata.sorted_tables)),
    )
    with opened as writer:
        writer.add(archive.MANIFEST, manifest.written())
        sealed = hub.vault.seal(hub.token_key, place=manifest.place(archive.TOKEN_KEY))
        writer.add(archive.TOKEN_KEY, sealed)
        for file in beside(hub.config):
            writer.add(archive.FILES + file.name, _content(file))
        for table in metadata.sorted_tables:
            for number, rows in enumerate(_chunks(lines(connection, table)), start=1):
                writer.add(f"{archive.TABLES}{table.name}/{number:06}.jsonl", rows)
            tell(table.name, writer.tally.rows.get(table.name, 0))
        writer.close(manifest, hub.vault)
        return writer.tally.rows


def beside(config: Config) -> tuple[Path, ...]:
    """Return the files of an instance that are no secret keys: they go into a backup."""
    return (config.certificate_file, config.pinned_passkeys)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""  # nobody is pinned yet
    except OSError:
        raise ConfigurationError(f"{file} cannot be read: make backups as the worker's user") from None


def _chunks(rows: Iterator[bytes]) -> Iterator[bytes]:
    gathered, size = list[bytes](), 0
    for row in rows:
        gathered.append(row)
        size += len(row)
        if size >= MEMBER:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)
