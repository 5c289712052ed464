"""What sealing needs: the hub's key and the keys of two contacts, made once for all tests of a process."""

from collections.abc import Iterator

import pytest

from hub.core.instance import Instance
from tests.support import delivery
from tests.support.delivery import Seat, World


@pytest.fixture(scope="session")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    with delivery.seat(tmp_path_factory.mktemp("seat")) as made:
        yield made


@pytest.fixture
def world(instance: Instance, seat: Seat) -> World:
    return delivery.world_on(instance, seat)
