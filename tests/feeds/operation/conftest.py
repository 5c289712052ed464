"""A sealing hub on each database, with one body that may receive."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from hub.core.db import Database
from hub.core.instance import Instance
from tests.support import delivery
from tests.support.delivery import Seat, World


@pytest.fixture(scope="session")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    with delivery.seat(tmp_path_factory.mktemp("seat")) as made:
        yield made


@pytest.fixture
def instance(db: Database, seat: Seat, clock: Callable[[], datetime]) -> Instance:
    return delivery.hub_on(db, seat, clock)


@pytest.fixture
def world(instance: Instance, seat: Seat) -> World:
    return delivery.world_on(instance, seat)
