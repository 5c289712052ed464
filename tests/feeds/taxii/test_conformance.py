"""What TAXII 2.1 says about one request after another: pages, versions, deletion, status, many writers."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from feeds.taxii.backend import Rights
from tests.feeds.taxii.cases import HELD, LATEST, added
from tests.feeds.taxii.conftest import LIMITS, TAXII, Shelf, app_of, new_collection
from tests.feeds.taxii.objects import artifact, note, note_id
from tests.feeds.taxii.stand import Stand, held

DAYS = [f"2026-11-{day}T01:00:00.000Z" for day in (22, 20, 25, 21)]


@pytest.fixture
def stand(shelf: Shelf, ours: uuid.UUID, theirs: uuid.UUID) -> Stand:
    return Stand(client=app_of(shelf).test_client(), auth=("water", "water"), ro=ours, rw=ours, theirs=theirs)


@pytest.fixture
def write_only(shelf: Shelf) -> uuid.UUID:
    made = new_collection(shelf.db)
    shelf.rights["water"][made] = Rights(can_read=False, can_write=True)
    return made


def walk(stand: Stand, path: str, bounds: Callable[[dict[str, Any], Any], str]) -> list[Any]:
    """Follow the pages of a path, each by what `bounds` makes of the one before."""
    seen: list[Any] = []
    query = ""
    while True:
        answer = stand.ask(f"{path}{'&' if '?' in path else '?'}{query}")
        found = json.loads(answer.data)
        assert found.get("more", False) == ("next" in found)
        seen += found.get("objects", []) + found.get("versions", [])
        if not found.get("more"):
            return seen
        query = bounds(found, answer)


def by_next(found: dict[str, Any], _: Any) -> str:  # noqa: ANN401 - an answer, whatever the client gives
    return f"next={found['next']}"


def by_date(_: dict[str, Any], answer: Any) -> str:  # noqa: ANN401 - likewise
    return f"added_after={answer.headers['X-TAXII-Date-Added-Last']}"


def by_both(found: dict[str, Any], answer: Any) -> str:  # noqa: ANN401 - likewise
    return f"{by_next(found, answer)}&{by_date(found, answer)}"


@pytest.mark.parametrize("bounds", [by_next, by_date, by_both])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("resource", ["objects", "manifest"])
def test_pages_of_any_size_give_everything_once_in_order(
    stand: Stand, bounds: Callable[[dict[str, Any], Any], str], limit: int, resource: str
) -> None:
    """3.5: by `next`, by the last date_added, by both."""
    assert stand.post(*(HELD[name] for name in HELD)).status_code == 202
    path = f"/priority/collections/{{rw}}/{resource}/?limit={limit}&match[version]=all"
    seen = walk(stand, path, bounds)
    assert [each["id"] for each in seen] == [each["id"] for each in HELD.values()]
    versions = [each.get("version", each.get("modified")) for each in seen]
    assert versions[:3] == [HELD[name]["modified"] for name in ("n0.1", "n0.2", "n0.3")]


def test_added_after_and_next_find_the_same_rest(stand: Stand) -> None:
    stand.post(*HELD.values())
    first = stand.ask("/priority/collections/{rw}/objects/?limit=2")
    assert first.headers["X-TAXII-Date-Added-First"] == added("n0.3")
    assert first.headers["X-TAXII-Date-Added-Last"] == added("n1")
    rest = f"&next={json.loads(first.data)['next']}"
    assert held(stand.ask(f"/priority/collections/{{rw}}/objects/?limit=9{rest}")) == LATEST[2:]
    assert held(stand.ask(f"/priority/collections/{{rw}}/objects/?added_after={added('n1')}")) == LATEST[2:]


@pytest.mark.parametrize("change", ["match[type]=note", "match[version]=all", f"match[id]={note_id(1)}"])
def test_a_next_with_another_filter_is_a_400(stand: Stand, change: str) -> None:
    stand.post(*HELD.values())
    token = json.loads(stand.ask("/priority/collections/{rw}/objects/?limit=2").data)["next"]
    assert stand.ask(f"/priority/collections/{{rw}}/objects/?next={token}&{change}").status_code == 400
    assert stand.ask(f"/priority/collections/{{rw}}/manifest/?next={token}").status_code == 400


def test_a_page_is_the_same_again_though_objects_arrive(stand: Stand) -> None:
    """3.5: a `next` gives the page that it was given for."""
    stand.post(note(1), note(2), note(3))
    token = json.loads(stand.ask("/priority/collections/{rw}/objects/?limit=1").data)["next"]
    path = f"/priority/collections/{{rw}}/objects/?limit=1&next={token}"
    before = json.loads(stand.ask(path).data)
    stand.post(note(4))
    assert json.loads(stand.ask(path).data) == before


def test_versions_are_told_in_the_order_of_their_arrival(stand: Stand) -> None:
    """5.8: with and without paging."""
    for day in DAYS:
        stand.post(note(0, created=DAYS[1], modified=day))
    path = f"/priority/collections/{{rw}}/objects/{note_id(0)}/versions/"
    assert json.loads(stand.ask(path).data) == {"more": False, "versions": DAYS}
    assert walk(stand, f"{path}?limit=1", by_next) == DAYS
    assert json.loads(stand.ask(f"{path}?match[spec_version]=2.0").data) == {}
    assert stand.ask(f"{path}?match[version]=all").status_code == 400


def test_the_newest_version_is_the_latest_whenever_it_arrives(stand: Stand) -> None:
    for number, day in enumerate(DAYS):
        stand.post(note(0, created=DAYS[1], modified=day))
        [shown] = stand.objects()
        assert shown["modified"] == max(DAYS[: number + 1])
    assert [each["modified"] for each in stand.objects("?match[version]=first")] == [min(DAYS)]


def test_the_same_version_is_kept_as_it_first_came(stand: Stand) -> None:
    stand.post(note(0, content="first"))
    again = json.loads(stand.post(note(0, content="second")).data)
    assert again["success_count"] == 1
    assert [each["content"] for each in stand.objects()] == ["first"]


def test_an_object_without_versions_is_replaced_by_other_bytes(stand: Stand) -> None:
    first, second = artifact(b"x"), artifact(b"x") | {"mime_type": "text/plain"}
    stand.post(first)
    stand.post(first)
    assert stand.objects("?match[version]=all") == [first]
    stand.post(second)
    assert stand.objects() == [second]
    assert len(stand.objects("?match[version]=all")) == 2


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", [0, 1, 3]),
        ("?match[version]=last", [0, 1, 3]),
        ("?match[version]=first", [0, 2, 3]),
        ("?match[version]=all", []),
        (f"?match[version]={DAYS[0]}", [1, 2, 3]),
        (f"?match[version]={DAYS[0]},{DAYS[1]}", [2, 3]),
        ("?match[version]=first,last", [0, 3]),
        ("?match[spec_version]=2.1", [0, 1, 3]),
        ("?match[spec_version]=2.1&match[version]=all", []),
    ],
)
def test_a_deletion_hides_the_versions_that_match(stand: Stand, query: str, left: list[int]) -> None:
    """5.7: and nothing else, at any endpoint."""
    stand.post(*(note(0, created=DAYS[1], modified=day) for day in DAYS), note(1))
    path = f"/priority/collections/{{rw}}/objects/{note_id(0)}/"
    assert stand.ask(path + query, "DELETE").status_code == 200
    shown = stand.objects(f"?match[version]=all&match[id]={note_id(0)}")
    assert [each["modified"] for each in shown] == [DAYS[number] for number in left]
    assert len(stand.objects(f"?match[id]={note_id(1)}")) == 1
    for read in (path, f"{path}versions/"):
        assert stand.ask(read).status_code == (200 if left else 404)
    if left:
        latest = json.loads(stand.ask(path).data)["objects"]
        assert [each["modified"] for each in latest] == [max(DAYS[number] for number in left)]


@pytest.mark.parametrize("query", ["?match[version]=2001-01-01T00:00:00Z", "?match[spec_version]=2.0"])
def test_a_deletion_of_what_is_not_there_is_a_404(stand: Stand, query: str) -> None:
    stand.post(note(0))
    path = f"/priority/collections/{{rw}}/objects/{note_id(0)}/"
    assert stand.ask(path + query, "DELETE").status_code == 404
    assert stand.ask(path).status_code == 200


@pytest.mark.parametrize(
    "query", ["?match[version]=x", "?match[type]=note", "?match[id]=x", "?match[colour]=red"]
)
def test_a_malformed_deletion_deletes_nothing(stand: Stand, query: str) -> None:
    stand.post(note(0))
    path = f"/priority/collections/{{rw}}/objects/{note_id(0)}/"
    assert stand.ask(path + query, "DELETE").status_code == 400
    assert stand.ask(path).status_code == 200


def test_what_was_deleted_can_be_added_again(stand: Stand) -> None:
    stand.post(note(0))
    path = f"/priority/collections/{{rw}}/objects/{note_id(0)}/"
    assert stand.ask(path, "DELETE").status_code == 200
    assert stand.ask(path, "DELETE").status_code == 404
    stand.post(note(0))
    assert stand.ask(path).status_code == 200


def test_one_may_write_where_one_may_not_read(stand: Stand, write_only: uuid.UUID) -> None:
    """5.2, 5.4, 5.5, 5.7: can_read is false."""
    root = f"/priority/collections/{write_only}/"
    told = json.loads(stand.ask(root).data)
    assert (told["can_read"], told["can_write"]) == (False, True)
    sent = json.dumps({"objects": [note(0)]}).encode()
    answer = stand.ask(f"{root}objects/", "POST", body=sent, headers={"Content-Type": TAXII})
    assert answer.status_code == 202
    assert stand.ask(f"/priority/status/{json.loads(answer.data)['id']}/").status_code == 200
    one = f"objects/{note_id(0)}/"
    for rest in ("objects/", "manifest/", one, f"{one}versions/"):
        assert stand.ask(root + rest).status_code == 403
    assert stand.ask(root + one, "DELETE").status_code == 403


def test_a_status_is_the_writers_alone(stand: Stand, shelf: Shelf) -> None:
    """4.3: of what others sent, not even that it exists is told."""
    status = json.loads(stand.post(note(0)).data)
    stranger = Stand(
        client=app_of(shelf).test_client(),
        auth=("energy", "energy"),
        ro=stand.ro,
        rw=stand.rw,
        theirs=stand.ro,
    )
    path = f"/priority/status/{status['id']}/"
    assert stranger.ask(path).status_code == 404
    assert stranger.ask(path).data == stranger.ask(f"/priority/status/{uuid.uuid4()}/").data
    assert stand.ask(path.removesuffix("/")).status_code == 200


@pytest.mark.parametrize(("count", "status"), [(LIMITS.objects, 202), (LIMITS.objects + 1, 413)])
def test_an_envelope_holds_so_many_objects_and_no_more(stand: Stand, count: int, status: int) -> None:
    assert stand.post(*(note(number) for number in range(count))).status_code == status
    assert len(stand.objects("?limit=1000")) == (count if status == 202 else 0)


@pytest.mark.parametrize(("more", "status"), [(0, 202), (1, 413), (10**6, 413)])
def test_a_body_has_so_many_bytes_and_no_more(stand: Stand, more: int, status: int) -> None:
    """4.2.1: max_content_length is what the API root says."""
    root = json.loads(stand.ask("/priority/").data)
    body = json.dumps({"objects": [note(0)]}).encode().ljust(root["max_content_length"] + more)
    assert stand.post(body=body).status_code == status


def test_discovery_root_and_collections_have_the_members_of_the_standard(stand: Stand) -> None:
    """4.1.1, 4.2.1, 5.1.1, 5.2.1."""
    discovery = json.loads(stand.ask("/taxii2/").data)
    assert discovery["default"] in discovery["api_roots"]
    assert discovery["title"]
    root = json.loads(stand.ask("/priority/").data)
    assert root["title"]
    assert root["versions"] == ["application/taxii+json;version=2.1"]
    assert isinstance(root["max_content_length"], int)
    [listed] = json.loads(stand.ask("/priority/collections/").data)["collections"]
    assert json.loads(stand.ask("/priority/collections/{rw}/").data) == listed
    assert listed["id"] == str(stand.rw)
    assert listed["media_types"] == ["application/stix+json;version=2.1"]
    assert (listed["can_read"], listed["can_write"]) == (True, True)


def test_a_manifest_tells_of_each_object_without_it(stand: Stand) -> None:
    """5.3.1."""
    stand.post(*HELD.values())
    found = json.loads(stand.ask("/priority/collections/{rw}/manifest/?limit=9").data)
    objects = stand.objects("?limit=9")
    assert [each["id"] for each in found["objects"]] == [each["id"] for each in objects]
    assert all(set(each) == {"id", "date_added", "version", "media_type"} for each in found["objects"])
    assert [each["version"] for each in found["objects"] if "note" in each["id"]] == [
        each["modified"] for each in objects if "note" in each["id"]
    ]


def test_an_empty_collection_gives_empty_resources(stand: Stand) -> None:
    for resource in ("objects", "manifest"):
        answer = stand.ask(f"/priority/collections/{{rw}}/{resource}/")
        assert json.loads(answer.data) == {}
        assert "X-TAXII-Date-Added-First" not in answer.headers
