"""Empty databases for tests: SQLite in a folder, and one PostgreSQL database for each test process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from hub.core.db import Database, connect
from hub.migrations.history import upgrade

POSTGRES = os.environ.get("HUB_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")

STAMP_KEY = b"s" * 32


def postgres_answers() -> bool:
    """Tell whether the PostgreSQL server for tests can be reached."""
    engine = sa.create_engine(POSTGRES, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return True
    except sa.exc.OperationalError:
        return False
    finally:
        engine.dispose()


def shown() -> str:
    """Return where the server was looked for, without its password."""
    return sa.make_url(POSTGRES).render_as_string(hide_password=True)


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    """Give the URL of a migrated SQLite database."""
    url = f"sqlite:///{folder / 'hub.sqlite'}"
    upgrade(url)
    yield url


@contextmanager
def postgres(name: str) -> Iterator[str]:
    """Give the URL of a migrated PostgreSQL database of this name, dropped afterwards."""
    server = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        url = sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        upgrade(url)
        yield url
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.dispose()


def engine_for(url: str) -> sa.Engine:
    """Return the engine that the hub itself would make."""
    return connect(url)


def database(bind: sa.Engine | sa.Connection) -> Database:
    """Return the database with the tests' key of stamps."""
    return Database(bind, stamp_key=STAMP_KEY)
