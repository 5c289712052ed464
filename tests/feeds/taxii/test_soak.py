"""Publishers in four processes and the client of the field among them; hostile requests by the thousand.

The short form runs in CI; HUB_SOAK=full goes on for an hour.
"""

import json
import multiprocessing
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from taxii2client.v21 import Collection, as_pages

from feeds.taxii import instants, store
from feeds.taxii.models import OBJECTS
from hub.core.clock import rfc3339
from tests.conftest import BACKENDS
from tests.feeds.taxii.cases import HELD
from tests.feeds.taxii.conftest import BOTH, TAXII, Shelf, app_of, new_collection, serving
from tests.feeds.taxii.objects import note, note_id, written
from tests.feeds.taxii.stand import Stand
from tests.support import databases

pytestmark = pytest.mark.endurance

FULL = os.environ.get("HUB_SOAK") == "full"
PUBLISHERS = 4
RELEASES = 2000 if FULL else 10  # of each publisher, one to three objects each
EXAMPLES = 200_000 if FULL else 400


def publish(url: str, collection_id: uuid.UUID, publisher: int) -> None:
    """Store release after release, in a process of its own."""
    engine = databases.engine_for(url)
    db = databases.database(engine)
    for release in range(RELEASES):
        numbers = [publisher * 1_000_000 + release * 10 + part for part in range(1 + release % 3)]
        with db.transaction() as session:
            store.add(session, collection_id, [written(note(number)) for number in numbers], now=_now())
    engine.dispose()


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[str]:
    made = (
        databases.sqlite(tmp_path)
        if request.param == "sqlite"
        else databases.postgres(f"hub_soak_{worker_id}")
    )
    with made as url:
        yield url


def by_next(collection: Collection, limit: int, bound: str | None) -> list[dict[str, Any]]:
    """Follow `next` to the end."""
    pages = as_pages(collection.get_manifest, per_request=limit, added_after=bound)
    return [each for page in pages for each in page.get("objects", [])]


def by_date(collection: Collection, limit: int, bound: str | None) -> list[dict[str, Any]]:
    """Take one page."""
    page = collection.get_manifest(limit=limit, added_after=bound)
    return list(page.get("objects", []))


@pytest.mark.parametrize(("read", "limit"), [(by_next, 1), (by_next, 3), (by_date, 2), (by_date, 1000)])
def test_no_object_is_missed_or_given_twice_while_four_processes_publish(
    url: str, read: Callable[[Collection, int, str | None], list[dict[str, Any]]], limit: int
) -> None:
    engine = databases.engine_for(url)
    db = databases.database(engine)
    collection_id = new_collection(db)
    shelf = Shelf(db, {"water": {collection_id: BOTH}})
    spawn = multiprocessing.get_context("spawn")
    publishers = [spawn.Process(target=publish, args=(url, collection_id, n)) for n in range(PUBLISHERS)]
    for process in publishers:
        process.start()
    with serving(shelf) as address:
        path = f"{address}/priority/collections/{collection_id}/"
        with closing(Collection(path, user="water", password="water")) as collection:
            seen = _followed(collection, read, limit, publishers)
    assert [process.exitcode for process in publishers] == [0] * PUBLISHERS
    with db.reading() as session:
        stored = session.execute(OBJECTS.select().order_by(OBJECTS.c.date_added)).all()
    engine.dispose()
    assert [each["id"] for each in seen] == [row.stix_id for row in stored]
    dates = [each["date_added"] for each in seen]
    assert dates == sorted(set(dates)) == [rfc3339(instants.from_micros(row.date_added)) for row in stored]
    assert len(stored) == PUBLISHERS * sum(1 + release % 3 for release in range(RELEASES))


def _followed(
    collection: Collection,
    read: Callable[[Collection, int, str | None], list[dict[str, Any]]],
    limit: int,
    publishers: list[Any],
) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    while True:
        finished = not any(process.is_alive() for process in publishers)
        found = read(collection, limit, seen[-1]["date_added"] if seen else None)
        seen += found
        if finished and not found:
            return seen


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with databases.sqlite(tmp_path_factory.mktemp("fuzz")) as url:
        engine = databases.engine_for(url)
        db = databases.database(engine)
        ours, theirs = new_collection(db), new_collection(db)
        shelf = Shelf(db, {"water": {ours: BOTH}, "energy": {theirs: BOTH}})
        with db.transaction() as session:
            store.add(session, ours, [written(each) for each in HELD.values()], now=_now())
        yield Stand(
            client=app_of(shelf).test_client(), auth=("water", "water"), ro=ours, rw=ours, theirs=theirs
        )
        engine.dispose()


WORDS = st.sampled_from(
    [
        "limit",
        "next",
        "added_after",
        "match[id]",
        "match[type]",
        "match[version]",
        "match[spec_version]",
        "match",
    ]
)
VALUES = (
    st.sampled_from(["1", "all", "first", "last", "2.1", "note", note_id(), "2026-11-20T01:00:00Z"])
    | st.text()
)
SEGMENTS = st.sampled_from(
    [
        "taxii2",
        "priority",
        "collections",
        "objects",
        "manifest",
        "versions",
        "status",
        "{rw}",
        note_id(),
        "..",
        "",
    ]
) | st.text(max_size=30)
PLAIN = st.text(st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n"), max_size=60)
TYPES = st.sampled_from([TAXII, "application/taxii+json", "*/*", "application/*;q=0", "text/html"]) | PLAIN
NAMES = st.sampled_from(
    ["type", "id", "spec_version", "created", "modified", "object_refs", "external_references"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(), inner, max_size=3),
    max_leaves=10,
)
OBJECT = st.dictionaries(NAMES, JSON, max_size=4).map(lambda change: note(1) | change)
BODIES = (
    st.binary(max_size=300)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.lists(OBJECT, max_size=4).map(lambda objects: json.dumps({"objects": objects}).encode())
)


@settings(
    max_examples=EXAMPLES,
    deadline=timedelta(seconds=20),
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(
    segments=st.lists(SEGMENTS, max_size=7),
    query=st.dictionaries(WORDS | st.text(max_size=12), VALUES, max_size=5),
    method=st.sampled_from(["GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS"]),
    accept=TYPES,
    content=TYPES,
    authorization=st.none() | PLAIN,
    body=BODIES,
)
def test_whatever_is_sent_is_answered_in_the_form_of_the_standard(  # noqa: PLR0917 - as hypothesis hands them in
    stand: Stand,
    segments: list[str],
    query: dict[str, str],
    method: str,
    accept: str,
    content: str,
    authorization: str | None,
    body: bytes,
) -> None:
    headers = {"Accept": accept, "Content-Type": content}
    known = {"Authorization": authorization} if authorization is not None else {}
    path = stand.path("/" + "/".join(["priority", *segments])).partition("?")[0]
    answer = stand.client.open(
        path,
        method=method,
        query_string=query,
        headers=headers | known,
        auth=stand.auth if authorization is None else None,
        data=body,
    )
    assert answer.status_code < 500
    if path.startswith("/priority/"):
        assert answer.content_type == TAXII
