"""The one history of the tables, driven from code: `upgrade` and what the tests compare."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hub.core.db import connect
from hub.migrations.tables import metadata

FOLDER = Path(__file__).parent


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, *, to: str = "head") -> None:
    """Bring a database to a revision."""
    engine = connect(url)
    try:
        with engine.execution_options(hub_write=True).connect() as connection:
            migrate(connection, to=to)
    finally:
        engine.dispose()


def migrate(connection: sa.Connection, *, to: str = "head") -> None:
    """Bring the database of a connection to a revision; inside of its transaction, if it is in one."""
    command.upgrade(_config(connection), to)


def knows(revision: str) -> bool:
    """Tell whether there is such a revision in this program's history."""
    return any(each.revision == revision for each in ScriptDirectory(str(FOLDER)).walk_revisions())


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision of a database; None for one without tables."""
    return MigrationContext.configure(connection).get_current_revision()


def revise(url: str, message: str) -> None:
    """Write the next migration from the difference between the models and a database at head."""
    engine = connect(url)
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=_next())
    engine.dispose()


def _next() -> str:
    return f"{len(list((FOLDER / 'versions').glob('*.py'))) + 1:04}"


def at_head(connection: sa.Connection) -> bool:
    """Tell whether the database is at the newest revision."""
    heads = set(ScriptDirectory(str(FOLDER)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads


def differences(connection: sa.Connection) -> list[object]:
    """Return what the models have and the migrated database has not, or the other way round."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))
