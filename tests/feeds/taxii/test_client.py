"""The official TAXII client against a real HTTP server, on both databases."""

import http.client
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from requests.exceptions import HTTPError
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

from feeds.taxii import store
from tests.feeds.taxii.conftest import NOW, TAXII, Shelf
from tests.feeds.taxii.objects import note, note_id, written

COUNT = 7


@pytest.fixture
def collection(served: Shelf) -> Iterator[Collection]:
    """Water's collection as the official client finds it, with seven notes in it."""
    [collection_id] = served.rights["water"]
    with served.db.transaction() as session:
        for number in range(COUNT):
            at = NOW + timedelta(seconds=number)
            store.add(session, collection_id, [written(note(number))], now=at)
    with closing(Server(f"{served.base_url}/taxii2/", user="water", password="water")) as server:
        root = server.default
        [found] = root.collections
        yield found
        root.close()


def numbers(pages: list[dict[str, Any]]) -> list[str]:
    return [held["id"] for page in pages for held in page.get("objects", [])]


def test_the_client_finds_its_way_from_discovery(served: Shelf, collection: Collection) -> None:
    assert collection.url.startswith(f"{served.base_url}/priority/collections/")
    assert (collection.title, collection.can_read, collection.can_write) == ("Answers", True, True)
    with closing(ApiRoot(f"{served.base_url}/priority", user="water", password="water")) as root:
        assert root.title == "Shelf"
        assert root.max_content_length > 0


@pytest.mark.parametrize("limit", [1, 2, 3, COUNT, 1000])
def test_pages_of_any_size_hold_everything_once_in_order(collection: Collection, limit: int) -> None:
    expected = [note_id(n) for n in range(COUNT)]
    assert numbers(list(as_pages(collection.get_objects, per_request=limit))) == expected
    assert numbers(list(as_pages(collection.get_manifest, per_request=limit))) == expected
    after = list(as_pages(collection.get_objects, per_request=limit, added_after=NOW))
    assert numbers(after) == expected[1:]


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_a_client_that_only_knows_added_after_gets_the_same(collection: Collection, limit: int) -> None:
    seen: list[str] = []
    bound = None
    while page := collection.get_manifest(limit=limit, added_after=bound).get("objects"):
        seen += [held["id"] for held in page]
        bound = page[-1]["date_added"]
    assert seen == [note_id(n) for n in range(COUNT)]


def test_versions_are_paged_with_next_too(served: Shelf, collection: Collection) -> None:
    with served.db.transaction() as session:
        for day in (21, 22, 23):
            newer = note(modified=f"2026-11-{day}T01:00:00.000Z")
            store.add(session, uuid.UUID(collection.id), [written(newer)], now=NOW)
    first = collection.object_versions(note_id(), limit=3)
    rest = collection.object_versions(note_id(), limit=3, next=first["next"])
    assert len(first["versions"] + rest["versions"]) == 4
    assert not rest["more"]


def test_an_object_is_added_read_and_deleted(collection: Collection) -> None:
    status = collection.add_objects({"objects": [note(50)]})
    assert (status.status, status.success_count) == ("complete", 1)
    status.refresh()
    assert status.success_count == 1
    assert collection.get_object(note_id(50))["objects"] == [note(50)]
    collection.delete_object(note_id(50))
    with pytest.raises(HTTPError, match="404"):
        collection.get_object(note_id(50))


def test_a_wrong_password_is_a_401(served: Shelf) -> None:
    server = Server(f"{served.base_url}/taxii2/", user="water", password="fire")
    with closing(server), pytest.raises(HTTPError, match="401"):
        server.refresh()


def test_a_body_without_a_length_or_with_a_false_one_is_refused(
    served: Shelf, collection: Collection
) -> None:
    where = urlsplit(collection.objects_url)
    headers = {"Accept": TAXII, "Content-Type": TAXII, "Authorization": "Basic d2F0ZXI6d2F0ZXI="}
    for length in ("99999999999", "-1", "x", ""):
        with closing(http.client.HTTPConnection(where.netloc, timeout=10)) as connection:
            connection.putrequest("POST", where.path)
            for name, value in (headers | {"Content-Length": length}).items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            assert 400 <= answer.status < 500
            assert b'"title"' in answer.read()
    assert served.taken == []
