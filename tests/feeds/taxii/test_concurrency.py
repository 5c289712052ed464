"""Publishers side by side and readers among them: nothing missed, nothing twice, order kept."""

import random
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime

import pytest
from taxii2client.v21 import Collection, as_pages

from feeds.taxii import store
from feeds.taxii.filters import Match
from feeds.taxii.paging import Query
from hub.core.db import Database
from hub.core.errors import NotFoundError
from tests.feeds.taxii.conftest import Shelf, new_collection
from tests.feeds.taxii.objects import note, note_id, written

pytestmark = pytest.mark.soak  # publishers side by side

PUBLISHERS, RELEASES = 4, 15
MATCH = Match(words=("last",))


def publish(db: Database, collection_id: uuid.UUID, publisher: int) -> list[tuple[datetime, str]]:
    """Store releases of one to three objects; each transaction stays open for a moment."""
    chance, published = random.Random(publisher), []  # noqa: S311 - delays, not secrets
    for release in range(RELEASES):
        numbers = [publisher * 1000 + release * 10 + part for part in range(chance.randint(1, 3))]
        with db.transaction() as session:
            documents = [written(note(number)) for number in numbers]
            dates = store.add(session, collection_id, documents, now=datetime.now(UTC))
            time.sleep(chance.random() / 200)
        published += [(at, note_id(number)) for at, number in zip(dates, numbers, strict=True)]
    return published


def follow(db: Database, collection_id: uuid.UUID, limit: int, done: Callable[[], bool]) -> list[str]:
    """Read as a client does, from the last object seen, until the publishers are done and nothing is left."""
    seen: list[str] = []
    after: int | None = None
    while True:
        finished = done()
        with db.rows() as rows:
            page = store.page(rows, collection_id, Query(match=MATCH, after=after, limit=limit))
        seen += [item.stix_id for item in page.items]
        after = page.last if page.items else after
        if finished and not page.items:
            return seen


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_a_reader_among_publishers_misses_nothing_and_gets_nothing_twice(
    lasting: Database, limit: int
) -> None:
    collection_id = new_collection(lasting)
    with ThreadPoolExecutor(PUBLISHERS + 2) as pool:
        publishers = [pool.submit(publish, lasting, collection_id, n) for n in range(PUBLISHERS)]

        def done() -> bool:
            return all(publisher.done() for publisher in publishers)

        readers = [pool.submit(follow, lasting, collection_id, limit, done) for _ in range(2)]
        published = [publisher.result() for publisher in publishers]
        seen = [reader.result() for reader in readers]
    everything = sorted(entry for entries in published for entry in entries)
    assert len({at for at, _ in everything}) == len(everything)
    assert all(entries == sorted(entries) for entries in published)
    assert seen == [[stix_id for _, stix_id in everything]] * 2


def test_the_official_client_among_publishers_misses_nothing(served: Shelf) -> None:
    [collection_id] = served.rights["water"]
    url = f"{served.base_url}/priority/collections/{collection_id}/"
    with (
        closing(Collection(url, user="water", password="water")) as collection,
        ThreadPoolExecutor(PUBLISHERS) as pool,
    ):
        publishers = [pool.submit(publish, served.db, collection_id, n) for n in range(PUBLISHERS)]
        seen: list[str] = []
        bound = None
        while True:
            finished = all(publisher.done() for publisher in publishers)
            found = [
                held
                for page in as_pages(collection.get_manifest, per_request=3, added_after=bound)
                for held in page.get("objects", [])
            ]
            seen += [held["id"] for held in found]
            bound = found[-1]["date_added"] if found else bound
            if finished and not found:
                break
    everything = sorted(entry for publisher in publishers for entry in publisher.result())
    assert seen == [stix_id for _, stix_id in everything]


def test_two_deletions_at_once_hide_an_object_once(lasting: Database) -> None:
    collection_id = new_collection(lasting)
    with lasting.transaction() as session:
        store.add(session, collection_id, [written(note())], now=datetime.now(UTC))

    def hide(_: int) -> int:
        try:
            with lasting.transaction() as session:
                return store.delete(session, collection_id, note_id(), MATCH)
        except NotFoundError:
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(hide, range(4))) == 1
