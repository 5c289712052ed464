"""A hub whose bodies open and answer."""

import pytest

from hub.core.instance import Instance
from tests.feeds.figures.stock import Scheme, scheme_on


@pytest.fixture
def scheme(instance: Instance) -> Scheme:
    return scheme_on(instance)
