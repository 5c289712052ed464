"""People, bodies and a session for the tests of advisories."""

from collections.abc import Iterator

import pytest
from sqlalchemy import orm

from hub.core.db import Database
from sectors.bodies.models import Body
from tests.support import advisories
from tests.support.advisories import Cast, Readiness


@pytest.fixture
def session(db: Database) -> Iterator[orm.Session]:
    with db.transaction() as session:
        yield session


@pytest.fixture
def cast(session: orm.Session) -> Cast:
    return advisories.make_cast(session)


@pytest.fixture
def power(session: orm.Session) -> Body:
    return advisories.make_body(session)


@pytest.fixture
def gas(session: orm.Session) -> Body:
    return advisories.make_body(session, Readiness(sectors=("gas",)), name="ガス協議会")
