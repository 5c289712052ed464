"""Make an instance of a backup, on another machine or another kind of database: the whole of it, or nothing.

The key-encryption key is put in place first, by a person: without it nothing opens. All rows, and what
brings an older revision to head, are one transaction, committed as the last act; a run that was killed
before that leaves an empty database and a note, by which the next one begins anew.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import orm

from hub.backup import archive, checking
from hub.backup.archive import BackupDamagedError, Reader
from hub.backup.making import Tell, be_patient, beside
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.db import STAMP_KEY, connect
from hub.core.errors import ConflictError
from hub.core.instance import vault_keys
from hub.core.portable import Shape, insert
from hub.core.vault import Vault
from hub.migrations import history
from hub.migrations.newest import VERSION_TABLE
from keys import backups

ACT = "backup.restored"
NOTE = "restoring"  # in the instance folder, while a restore runs
SECRETS = ("token-key", "session-key")
KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put in place; `broken` values do not open or have a stamp that does not fit."""

    made_at: str
    rows: dict[str, int]
    opened: int
    broken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What of a backup belongs beside the database."""

    made_at: str
    token_key: bytes
    files: dict[str, bytes]
    rows: dict[str, int]


def restore(config: Config, file: Path, *, home: Path | None, tell: Tell, now: datetime) -> Restored:
    """Fill an empty instance; `home` is the GnuPG home with the backup certificate's secret key.

    Raises:
        ConfigurationError: the key-encryption key is not in place.
        ConflictError: the instance or its database is not empty; nothing was changed.
        BackupSealError, BackupDamagedError: the file is another hub's or not whole, or the key is another.

    """
    vault = Vault(*vault_keys(config))
    with _empty_database(config) as connection, _noted(config):
        with backups.opening(file, home=home, gpg=config.gpg) as stream:
            held = _loaded(Reader(stream), connection, vault, tell=tell)
        history.migrate(connection)
        opened, broken = checking.checked(connection, vault, stamp_key=held.token_key)
        session = orm.Session(connection, info={STAMP_KEY: held.token_key})
        audit.record(session, ACT, by=THE_HUB, now=now, made_at=held.made_at)
        session.flush()
        with _put(config, held):
            connection.commit()
    return Restored(made_at=held.made_at, rows=held.rows, opened=opened, broken=broken)


@contextmanager
def _empty_database(config: Config) -> Iterator[sa.Connection]:
    """Give a connection in a writing transaction; what it made is gone unless it was committed."""
    config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = connect(config.database_url)
    try:
        with engine.execution_options(hub_write=True).connect() as connection:
            be_patient(connection)
            if sa.inspect(connection).get_table_names():
                raise ConflictError("The database is not empty: a backup is restored into an empty one")
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _noted(config: Config) -> Iterator[None]:
    """Leave a note while it lasts; what a killed run left is removed, anything else is refused."""
    note = config.instance / NOTE
    left = [path for path in _targets(config) if path.exists()]
    if left and not note.exists():
        raise ConflictError(f"The instance is not empty: {left[0]} is there")
    for path in left:
        path.unlink()
    note.touch()
    yield
    note.unlink()


def _targets(config: Config) -> list[Path]:
    return [*(config.secrets / name for name in SECRETS), *beside(config)]


def _loaded(reader: Reader, connection: sa.Connection, vault: Vault, *, tell: Tell) -> Contents:
    sealed = reader.next(archive.TOKEN_KEY)
    token_key = reader.opened(archive.TOKEN_KEY, sealed, vault)  # another key shows here, before anything
    revision = reader.manifest.revision
    if not history.knows(revision):
        raise ConflictError(
            f"The backup is of revision {revision}, which this program does not know: upgrade it"
        )
    history.migrate(connection, to=revision)
    shapes = {shape.name: shape for shape in reader.manifest.tables}
    files: dict[str, bytes] = {}
    with _late_references(connection):
        _clear(connection)
        for name, content in reader.until_end(vault):
            if name.startswith(archive.FILES):
                files[name.removeprefix(archive.FILES)] = content
            else:
                _insert(connection, shapes, name, content)
    for shape in shapes.values():
        _continue_numbers(connection, shape)
        tell(shape.name, reader.tally.rows.get(shape.name, 0))
    return Contents(made_at=reader.manifest.made_at, token_key=token_key, files=files, rows=reader.tally.rows)


def _insert(connection: sa.Connection, shapes: dict[str, Shape], name: str, content: bytes) -> None:
    try:
        insert(connection, shapes[name.split("/")[1]], content.splitlines())
    except sa.exc.OperationalError:
        raise ConflictError("The database did not take the rows: is its disk full?") from None
    except (LookupError, ValueError, TypeError, sa.exc.DatabaseError):
        raise BackupDamagedError(archive.DAMAGED) from None


def _clear(connection: sa.Connection) -> None:
    """Remove what the migrations themselves have written: the backup has it, too."""
    for name in sa.inspect(connection).get_table_names():
        if name != VERSION_TABLE:
            connection.execute(sa.delete(sa.table(name)))


@contextmanager
def _late_references(connection: sa.Connection) -> Iterator[None]:
    """Check foreign keys at the end of the block instead of row by row."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # until the commit
        yield
        return
    names = sa.inspect(connection)
    keys = [
        (table, key["name"]) for table in names.get_table_names() for key in names.get_foreign_keys(table)
    ]
    for table, key in keys:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" DEFERRABLE')
    connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table, key in keys:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" NOT DEFERRABLE')


def _continue_numbers(connection: sa.Connection, shape: Shape) -> None:
    """Let sequences go on after the highest number that was restored; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for name, kind in shape.columns:
        if kind == "integer":
            sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(shape.name, name)))
            if sequence is not None:
                highest = connection.scalar(sa.select(sa.func.max(shape.target().c[name]))) or 0
                connection.execute(sa.select(sa.func.setval(sequence, highest + 1, sa.false())))


@contextmanager
def _put(config: Config, held: Contents) -> Iterator[None]:
    """Put the files in place, and take them away again if the block fails."""
    config.secrets.mkdir(mode=0o700, exist_ok=True)
    config.pinned_passkeys.parent.mkdir(mode=0o700, exist_ok=True)
    contents = {config.secrets / "token-key": held.token_key}
    contents[config.secrets / "session-key"] = secrets.token_bytes(KEY_BYTES)  # every sign-in ends
    contents |= {path: held.files.get(path.name, b"") for path in beside(config)}
    modes = {config.certificate_file: 0o644, config.pinned_passkeys: 0o600}
    try:
        for path, content in contents.items():
            if content:
                _write(path, content, modes.get(path, 0o400))
        yield
    except BaseException:
        for path in contents:
            path.unlink(missing_ok=True)
        raise


def _write(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
