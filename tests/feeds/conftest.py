"""What many tests of feeds need: keys, made once for all tests of a process, and who is told by them."""

from collections.abc import Iterator

import pytest

from feeds.advisories.models import Release
from hub.core.instance import Instance
from sectors.bodies.models import Body
from tests.support import delivery
from tests.support.advisories import Readiness
from tests.support.delivery import Seat, World


@pytest.fixture(scope="session")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    with delivery.seat(tmp_path_factory.mktemp("seat")) as made:
        yield made


@pytest.fixture
def world(instance: Instance, seat: Seat) -> World:
    return delivery.world_on(instance, seat)


@pytest.fixture
def gas(world: World) -> Body:
    """A second body, of another sector."""
    return world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))


@pytest.fixture
def arrived(world: World) -> Release:
    """A release that has arrived at the first body."""
    release = world.release()
    world.seal()
    return release
