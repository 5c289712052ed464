"""One history of the tables: from nothing to what the models say, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.core.db import connect
from hub.migrations import history
from hub.migrations.tables import metadata
from tests.support.databases import POSTGRES, postgres_answers

BACKENDS = ["sqlite", "postgresql"] if postgres_answers() else ["sqlite"]


@pytest.fixture(params=BACKENDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[str]:
    """The URL of a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    name = f"hub_empty_{worker_id}"
    server = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        yield sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.dispose()


@pytest.fixture
def migrated(empty: str) -> Iterator[sa.Connection]:
    """A connection to a database that was brought from nothing to head."""
    history.upgrade(empty)
    engine = connect(empty)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_a_database_from_nothing_is_at_head_and_has_what_the_models_have(migrated: sa.Connection) -> None:
    assert history.at_head(migrated)
    assert history.differences(migrated) == []
    assert set(sa.inspect(migrated).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_the_checks_of_the_models_are_in_the_migrated_database(migrated: sa.Connection) -> None:
    def checks(table: str) -> set[str]:
        return {str(check["name"]) for check in sa.inspect(migrated).get_check_constraints(table)}

    for table in metadata.sorted_tables:
        wanted = {str(each.name) for each in table.constraints if isinstance(each, sa.CheckConstraint)}
        assert wanted <= checks(table.name), table.name


def test_bringing_a_database_to_head_twice_changes_nothing(empty: str) -> None:
    history.upgrade(empty)
    history.upgrade(empty)
    engine = connect(empty)
    with engine.connect() as connection:
        assert history.at_head(connection)
    engine.dispose()


def test_an_empty_database_is_not_at_head(empty: str) -> None:
    engine = connect(empty)
    with engine.connect() as connection:
        assert not history.at_head(connection)
        assert history.differences(connection) != []
    engine.dispose()
