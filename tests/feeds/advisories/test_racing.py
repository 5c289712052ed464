"""Two people at once, on a database of their own: one act happens, the other person is told."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from feeds.advisories import consulting, queries, service
from feeds.advisories.draft import written
from feeds.advisories.models import Advisory, Release
from feeds.advisories.states import Answer
from hub.core.db import Database, connect
from hub.core.errors import ConflictError, HubError, IllegalMoveError
from hub.core.outbox import Job
from hub.migrations.tables import metadata
from tests.support import advisories, databases
from tests.support.advisories import NOW, VAULT, Cast


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Database]:
    engine = connect(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    metadata.create_all(engine)
    yield databases.database(engine)
    engine.dispose()


@pytest.fixture
def people(own: Database) -> Cast:
    with own.transaction() as session:
        return advisories.make_cast(session)


@pytest.fixture
def advisory(own: Database, people: Cast) -> Advisory:
    with own.transaction() as session:
        body = advisories.make_body(session)
        return advisories.make_submitted(session, people, body)


def both(act: Callable[[], object]) -> list[type[HubError] | None]:
    start = Barrier(2)

    def one(_: int) -> type[HubError] | None:
        start.wait()
        try:
            act()
        except HubError as refused:
            return type(refused)
        return None

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(one, range(2)), key=str)


def test_one_of_two_releases_happens(own: Database, people: Cast, advisory: Advisory) -> None:
    def act() -> None:
        with own.transaction() as session:
            advisories.release(session, advisory.id, version=1, by=people.releaser)

    assert both(act) == [IllegalMoveError, None]
    with own.reading() as session:
        assert len(session.scalars(sa.select(Release)).all()) == 1
        assert len(session.scalars(sa.select(Job).where(Job.kind == "release.copies")).all()) == 1


def test_one_of_two_saves_is_kept(own: Database, people: Cast, advisory: Advisory) -> None:
    with own.transaction() as session:
        service.send_back(session, advisory.id, by=people.releaser, now=NOW)
        revision = queries.latest_revision(session, advisory.id)
        draft = written(session, revision, vault=VAULT)

    def act() -> None:
        with own.transaction() as session:
            service.save_draft(session, advisory.id, draft, version=1, vault=VAULT, by=people.writer, now=NOW)

    assert both(act) == [ConflictError, None]


def test_ipas_record_is_made_once_by_two_people(own: Database, people: Cast) -> None:
    with own.transaction() as session:
        body = advisories.make_body(session)
        waiting = advisories.make_draft(session, people, body)
        advisories.submit(session, waiting.id, by=people.writer)

    def act() -> None:
        with own.transaction() as session:
            consulting.confirm_ipa(
                session, waiting.id, answer=Answer.AGREED, vault=VAULT, by=people.ipa, now=NOW
            )

    assert both(act) == [ConflictError, None]
