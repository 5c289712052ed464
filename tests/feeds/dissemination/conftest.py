"""A sealing hub on each database, with one body that may receive."""

from collections.abc import Callable
from datetime import datetime

import pytest

from hub.core.db import Database
from hub.core.instance import Instance
from tests.feeds.dissemination.kit import Kit
from tests.support import delivery
from tests.support.delivery import Seat, World


@pytest.fixture
def instance(db: Database, seat: Seat, clock: Callable[[], datetime]) -> Instance:
    return delivery.hub_on(db, seat, clock)


@pytest.fixture
def kit(world: World) -> Kit:
    """A notice that has arrived at the body."""
    release = world.release()
    world.seal()
    return Kit(world=world, release=release)
