"""Instances for backups: one that was at work, empty ones elsewhere, and the holder of the backup key."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hub.core.config import Config, Mail
from hub.core.db import Database, connect
from hub.core.instance import Instance, open_instance
from hub.migrations.tables import metadata
from tests.keys.workshop import GPG, Workshop
from tests.support.databases import POSTGRES
from tests.support.delivery import TOKEN_KEY

KEK = bytes(32)  # of the tests' vault
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A place for an instance: its folder and its database."""

    config: Config

    @property
    def folder(self) -> Path:
        return self.config.instance

    def secret(self, name: str, content: bytes) -> None:
        self.config.secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.config.secrets / name).write_bytes(content)
        (self.config.secrets / name).chmod(0o400)

    def opened(self) -> Instance:
        return open_instance(self.config)

    def rows(self) -> Rows:
        """Return everything in every table, but the words on backups themselves in the audit log."""
        engine = connect(self.config.database_url)
        with engine.connect() as connection:
            found = {
                table.name: [tuple(row) for row in connection.execute(_all(table))]
                for table in metadata.sorted_tables
            }
        engine.dispose()
        return found

    def tables(self) -> list[str]:
        engine = connect(self.config.database_url)
        with engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
        engine.dispose()
        return names


def _all(table: sa.Table) -> sa.Select[Any]:
    wanted = sa.select(table).order_by(*table.primary_key.columns)
    if table.name == "audit_entry":
        wanted = wanted.where(table.c.action.not_like("backup.%"))
    return wanted


@contextmanager
def site(kind: str, folder: Path, certificate: Path | None = None, **changes: object) -> Iterator[Site]:
    """Give an empty place with the key-encryption key in it."""
    with ExitStack() as stack:
        folder.mkdir(exist_ok=True)
        url = (
            f"sqlite:///{folder / 'hub.sqlite'}"
            if kind == "sqlite"
            else stack.enter_context(empty_postgres())
        )
        config = Config(
            instance=folder,
            database_url=url,
            gpg=GPG,
            mail=Mail(tls="none", port=1, sender="hub@hub.example.jp"),
            backup_certificate=certificate,
            **changes,  # type: ignore[arg-type] # handed through
        )
        made = Site(config=config)
        made.secret("kek", KEK)
        yield made


@contextmanager
def empty_postgres() -> Iterator[str]:
    """Give the URL of a PostgreSQL database without a table."""
    name = f"hub_backup_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.dispose()


def certificate_in(shop: Workshop, folder: Path) -> Path:
    """Make the backup key in the workshop, and return the file of its certificate."""
    file = folder / "backup.asc"
    file.write_bytes(shop.gpg("--armor", "--export", shop.make("backup@hub.example.jp")))
    return file


def database_of(made: Site) -> Database:
    """Return the database of a hub at work, with the key that its stamps have."""
    return Database(connect(made.config.database_url), stamp_key=TOKEN_KEY)
