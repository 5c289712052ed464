"""The newest revision, told without loading Alembic: the web process asks for nothing else."""

from pathlib import Path

import sqlalchemy as sa

VERSION_TABLE = "alembic_version"
NEWEST = max(path.name.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


def is_newest(connection: sa.Connection) -> bool:
    """Tell whether a database is at the newest revision."""
    found = sa.select(sa.column("version_num", sa.String)).select_from(sa.table(VERSION_TABLE))
    return list(connection.scalars(found)) == [NEWEST]
