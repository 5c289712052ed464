"""The database: typed tables, one naming convention, and the one way to have a transaction.

The edge (a view, a command, the worker) opens `transaction()`, `reading()` or `rows()`; services get the
session and never commit. SQLite is opened in WAL mode with foreign keys on; a writing transaction begins with
BEGIN IMMEDIATE, so that two writers wait for each other instead of failing half-way.
"""

import enum
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.core.pool import Pool

WRITE = {"hub_write": True}
READ = {"postgresql_readonly": True}
STAMP_KEY = "stamp_key"  # in a session's info


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware instant: timestamptz on PostgreSQL; on SQLite, which has no zones, UTC text."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - the base class's signature
        """Refuse an instant without a zone: it would be read as another one later."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - the base class's signature
        """Hand out UTC, whatever the driver gave."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(orm.DeclarativeBase):
    """Every table of the hub."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        enum.StrEnum: sa.Enum(
            enum.StrEnum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        ),
    }


def _prepare_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, record: Any) -> None:  # noqa: ANN401, ARG001 - the driver's own object
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA synchronous=FULL")  # a promise survives a power cut
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute("PRAGMA cache_size=-500")  # KiB; the system's own cache serves every connection
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("hub_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def connect(url: str, *, pool: Pool | None = None, statement: int | None = None) -> sa.Engine:
    """Return an engine for a SQLite or PostgreSQL URL; `postgresql://` means psycopg 3.

    With a `pool`, each statement may take so many seconds (the pool's for work, unless told). Without one,
    as for migrations, nothing is limited.
    """
    if sa.make_url(url).get_backend_name() == "sqlite":
        engine = sa.create_engine(url)
        _prepare_sqlite(engine)
        return engine
    if pool is None:
        return sa.create_engine(url, pool_pre_ping=True)
    return pool.engine(url, statement=statement or pool.work)


def _asking(engine: sa.Engine) -> sa.Engine:
    """Return an engine over the same connections for statements that each stand for themselves.

    On SQLite it says no BEGIN, a fifth of what a poll would cost: each SELECT sees what is committed then.
    """
    if engine.dialect.name != "sqlite":
        return engine.execution_options(**READ)
    return sa.create_engine(engine.url, pool=engine.pool)


class Rows:
    """Core statements that only read, on a connection that is taken at the first of them; no objects.

    For what is asked so often that a session would be half of its cost: polls.
    """

    def __init__(self, bind: sa.Engine | sa.Connection, *, stamp_key: bytes) -> None:
        self.stamp_key = stamp_key
        self._bind = bind
        self._connection: sa.Connection | None = None

    @property
    def dialect(self) -> sa.Dialect:
        """Return how this database speaks."""
        return self._bind.dialect

    def execute(
        self, statement: sa.Executable, values: Mapping[str, object] | None = None
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """Return the rows of a statement."""
        if self._connection is None:
            self._connection = self._bind if isinstance(self._bind, sa.Connection) else self._bind.connect()
        return self._connection.execute(statement, values)

    def let_go(self) -> None:
        """Give the connection back; the next statement takes another."""
        if self._connection is not None and self._connection is not self._bind:
            self._connection.close()
        self._connection = None


class Database:
    """The one way to a session.

    Built on a connection instead of an engine (as tests do), it works inside that connection's own
    transaction through savepoints, so that everything can be undone afterwards. Sessions carry the key of
    stamps (`hub.core.stamps`); without one no stamped row can be written or believed.
    """

    def __init__(self, bind: sa.Engine | sa.Connection, *, stamp_key: bytes = b"") -> None:
        self.bind = bind
        self.stamp_key = stamp_key
        self._info = {STAMP_KEY: stamp_key}
        self._writing = bind.execution_options(**WRITE) if isinstance(bind, sa.Engine) else bind
        self._reading = bind.execution_options(**READ) if isinstance(bind, sa.Engine) else bind
        self._asking = _asking(bind) if isinstance(bind, sa.Engine) else bind

    @contextmanager
    def transaction(self) -> Iterator[orm.Session]:
        """Give a session that commits at the end of the block, or rolls back on any error."""
        with self._session(self._writing) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[orm.Session]:
        """Give a session that only reads; nothing is kept."""
        with self._session(self._reading) as session:
            yield session

    @contextmanager
    def rows(self) -> Iterator[Rows]:
        """Give a way to read rows, without what makes objects of them."""
        rows = Rows(self._asking, stamp_key=self.stamp_key)
        try:
            yield rows
        finally:
            rows.let_go()

    def _session(self, bind: sa.Engine | sa.Connection) -> orm.Session:
        if isinstance(bind, sa.Connection):
            return orm.Session(
                bind,
                join_transaction_mode="create_savepoint",
                expire_on_commit=False,
                info=self._info,
            )
        return orm.Session(bind, expire_on_commit=False, info=self._info)

    def dispose(self) -> None:
        """Close every pooled connection."""
        if isinstance(self.bind, sa.Engine):
            self.bind.dispose()
            self._asking = _asking(self.bind)  # over the new pool


def constraint_of(error: IntegrityError) -> str:
    """Return what the database names as broken.

    PostgreSQL gives the constraint's name; SQLite gives `table.column, ...` of a unique constraint and
    the name of a CHECK. Callers ask with `in`, for the parts that both have.
    """
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or "")
    return str(error.orig).rsplit(": ", 1)[-1]
