"""A sealing hub on each database, with one body that may receive; a database whose commits are real."""

from collections.abc import Callable
from datetime import datetime

import pytest

from hub.core.db import Database
from hub.core.instance import Instance
from tests.hub.conftest import lasting
from tests.support import delivery
from tests.support.delivery import Seat

__all__ = ["instance", "lasting"]


@pytest.fixture
def instance(db: Database, seat: Seat, clock: Callable[[], datetime]) -> Instance:
    return delivery.hub_on(db, seat, clock)
