"""A hub that seals and mails, whose parts fail one after another."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from hub.core.db import Database
from hub.core.instance import Instance
from hub.migrations.history import upgrade
from tests.support import databases, delivery
from tests.support.cluster import Cluster, cluster
from tests.support.delivery import TOKEN_KEY, Seat


@pytest.fixture
def instance(db: Database, seat: Seat, clock: Callable[[], datetime]) -> Instance:
    return delivery.hub_on(db, seat, clock)


@pytest.fixture
def on_disk(tmp_path: Path, seat: Seat, clock: Callable[[], datetime]) -> Iterator[Instance]:
    """A hub on a SQLite file of its own."""
    with databases.sqlite(tmp_path) as url:
        db = Database(databases.engine_for(url), stamp_key=TOKEN_KEY)
        yield delivery.hub_on(db, seat, clock)
        db.dispose()


@pytest.fixture
def server() -> Iterator[Cluster]:
    with cluster() as made:
        upgrade(made.url)
        yield made


@pytest.fixture
def on_server(server: Cluster, seat: Seat, clock: Callable[[], datetime]) -> Iterator[Instance]:
    """A hub on a PostgreSQL server that can be killed."""
    with ExitStack() as stack:
        db = Database(databases.engine_for(server.url), stamp_key=TOKEN_KEY)
        stack.callback(db.dispose)
        yield delivery.hub_on(db, seat, clock)
