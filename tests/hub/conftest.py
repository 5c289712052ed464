"""The database itself, for tests with more than one connection or process."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.core.db import Database
from hub.migrations.tables import metadata
from sectors.catalogue.models import Edition
from tests.support import databases

ROOT = Path(__file__).parents[2]


@pytest.fixture
def lasting(engine: sa.Engine) -> Iterator[Database]:
    """A database whose commits are real; emptied afterwards, but for what its migrations write."""
    db = databases.database(engine)
    yield db
    with db.transaction() as session:
        for table in reversed(metadata.sorted_tables):
            if table.name != Edition.__tablename__:
                session.execute(table.delete())


@pytest.fixture
def started() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start Python programs as processes of their own; what still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str, env: dict[str, str] | None = None) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()
