"""A sealing hub on each database, with one body, and its tool."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from hub.core.db import Database
from hub.core.instance import Instance
from tests.feeds.collections.tool import Tool
from tests.support import delivery
from tests.support.delivery import Seat, World


@pytest.fixture
def instance(db: Database, seat: Seat, clock: Callable[[], datetime]) -> Instance:
    return delivery.hub_on(db, seat, clock)


@pytest.fixture
def tool(world: World, app: Flask) -> Tool:
    """The tool of the world's body."""
    return Tool.of(world, world.power, app)
