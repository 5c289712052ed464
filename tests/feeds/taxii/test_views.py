import uuid

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from feeds.taxii import store
from feeds.taxii.backend import Rights
from feeds.taxii.models import StoredObject
from tests.feeds.taxii.conftest import LIMITS, NOW, TAXII, Machine, Shelf, app_of, new_collection
from tests.feeds.taxii.objects import artifact, envelope, note, note_id, written

LATER = "2026-11-21T01:00:00.000Z"
NOBODY_KNOWS = uuid.UUID("00000000-0000-4000-8000-000000000000")


@pytest.fixture
def root(ours: uuid.UUID) -> str:
    """The path of water's collection."""
    return f"/priority/collections/{ours}/"


def fill(shelf: Shelf, collection_id: uuid.UUID, *documents: bytes) -> None:
    with shelf.db.transaction() as session:
        store.add(session, collection_id, documents, now=NOW)


def names(answer: TestResponse) -> list[str]:
    assert answer.json is not None
    return [held["id"] for held in answer.json.get("objects", [])]


def test_discovery_names_the_one_root_with_its_last_slash(machine: Machine) -> None:
    told = machine.send("/taxii2/").json
    assert told is not None
    assert told["default"] == "http://localhost/priority/"
    assert told["api_roots"] == [told["default"]]
    root = machine.send("/priority/").json
    assert root is not None
    assert root["versions"] == [TAXII]
    assert root["max_content_length"] == LIMITS.body_bytes


def test_every_path_is_served_with_and_without_its_last_slash(
    machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str
) -> None:
    fill(shelf, ours, written(note()))
    status = machine.post(f"{root}objects/", envelope(note(1))).json
    assert status is not None
    paths = ["/taxii2/", "/priority/", "/priority/collections/", f"/priority/status/{status['id']}/", root]
    paths += [f"{root}manifest/", f"{root}objects/", f"{root}objects/{note_id()}/"]
    paths += [f"{root}objects/{note_id()}/versions/"]
    for path in paths:
        with_slash, without = machine.send(path), machine.send(path.rstrip("/"))
        assert with_slash.status_code == without.status_code == 200
        assert with_slash.data == without.data
        head = machine.send(path, "HEAD")
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == str(len(with_slash.data))


def test_objects_come_in_order_as_they_were_stored(
    machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str
) -> None:
    fill(shelf, ours, *(written(note(n)) for n in range(3)))
    answer = machine.send(f"{root}objects/")
    documents = b",".join(written(note(n)) for n in range(3))
    assert answer.data == b'{"more":false,"objects":[' + documents + b"]}"
    assert answer.headers["X-TAXII-Date-Added-First"] == "2026-11-20T01:00:00.000000Z"
    assert answer.headers["X-TAXII-Date-Added-Last"] == "2026-11-20T01:00:00.000002Z"
    assert shelf.served_ids == [note_id(n) for n in range(3)]


def test_nothing_new_is_an_empty_answer_and_no_note_is_taken_of_it(
    machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str
) -> None:
    fill(shelf, ours, written(note()))
    answer = machine.send(f"{root}objects/?added_after=2026-11-20T01:00:00Z")
    assert answer.data == b"{}"
    assert "X-TAXII-Date-Added-First" not in answer.headers
    machine.send(f"{root}objects/", "HEAD")
    machine.send(f"{root}manifest/")
    assert shelf.served_ids == []


def test_added_after_is_exclusive(machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str) -> None:
    fill(shelf, ours, *(written(note(n)) for n in range(3)))
    for bound, count in [("00Z", 2), ("00.000001Z", 1), ("00.000002Z", 0)]:
        assert len(names(machine.send(f"{root}objects/?added_after=2026-11-20T01:00:{bound}"))) == count


@pytest.mark.parametrize("resource", ["objects/", "manifest/", f"objects/{note_id()}/versions/"])
def test_more_always_comes_with_a_next_that_gives_the_same_page_again(
    machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str, resource: str
) -> None:
    versions = [note(modified=f"2026-11-{day}T01:00:00.000Z") for day in range(20, 27)]
    fill(shelf, ours, *(written(version) for version in versions), *(written(note(n)) for n in range(1, 7)))
    path, pages = f"{root}{resource}?limit=2", []
    while True:
        answer = machine.send(path).json
        assert answer is not None
        assert machine.send(path).json == answer
        pages += answer.get("objects", []) + answer.get("versions", [])
        if not answer["more"]:
            assert "next" not in answer
            break
        path = f"{root}{resource}?limit=2&next={answer['next']}"
    assert len(pages) == 7
    assert len({str(held) for held in pages}) == 7


def test_a_next_does_not_serve_in_another_collection(machine: Machine, shelf: Shelf, ours: uuid.UUID) -> None:
    other = new_collection(shelf.db)
    shelf.rights["water"][other] = Rights(can_read=True, can_write=False)
    fill(shelf, ours, *(written(note(n)) for n in range(3)))
    first = machine.send(f"/priority/collections/{ours}/objects/?limit=1").json
    assert first is not None
    elsewhere = f"/priority/collections/{other}/objects/?limit=1&next={first['next']}"
    assert machine.send(elsewhere).status_code == 400


def test_a_page_has_a_default_size(machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str) -> None:
    fill(shelf, ours, *(written(note(n)) for n in range(LIMITS.page_default + 1)))
    assert len(names(machine.send(f"{root}objects/"))) == LIMITS.page_default


def test_filters_narrow_what_is_served(machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str) -> None:
    envelope_of = artifact(b"x")
    fill(shelf, ours, written(note()), written(note(modified=LATER)), written(note(1)), written(envelope_of))
    for query, count in [
        ("", 3),
        ("?match[type]=artifact", 1),
        ("?match[type]=note,artifact", 3),
        (f"?match[id]={note_id()}", 1),
        (f"?match[id]={note_id()}&match[version]=all", 2),
        (f"?match[id]={note_id()}&match[type]=artifact", 0),
        ("?match[version]=all", 4),
        ("?match[spec_version]=2.1", 3),
        ("?match[spec_version]=2.0", 0),
        (f"?match[version]={LATER}", 1),
        ("?unknown=parameter", 3),
    ]:
        assert len(names(machine.send(f"{root}objects/{query}"))) == count, query
        assert len(names(machine.send(f"{root}manifest/{query}"))) == count, query


def test_the_manifest_and_the_versions_tell_of_what_is_held(
    machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str
) -> None:
    fill(shelf, ours, written(note()), written(note(modified=LATER)))
    assert machine.send(f"{root}manifest/").json == {
        "more": False,
        "objects": [
            {
                "id": note_id(),
                "date_added": "2026-11-20T01:00:00.000001Z",
                "version": LATER,
                "media_type": "application/stix+json;version=2.1",
            }
        ],
    }
    versions = {"more": False, "versions": [note()["modified"], LATER]}
    assert machine.send(f"{root}objects/{note_id()}/versions/").json == versions


def test_one_object_is_its_latest_version_unless_another_is_asked_for(
    machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str
) -> None:
    fill(shelf, ours, written(note()), written(note(modified=LATER)), written(note(1)))
    one = f"{root}objects/{note_id()}/"
    assert machine.send(one).json == {"more": False, "objects": [note(modified=LATER)]}
    assert machine.send(f"{one}?match[version]=first").json == {"more": False, "objects": [note()]}
    assert machine.send(f"{one}?added_after={LATER}").json == {}
    assert machine.send(f"{root}objects/{note_id(7)}/").status_code == 404
    assert machine.send(f"{root}objects/{note_id(7)}/versions/").status_code == 404


def test_what_was_sent_is_stored_once_and_told_in_the_status(
    machine: Machine, shelf: Shelf, root: str
) -> None:
    sent = envelope(note(1), artifact(b"x"), note(2, spec_version="2.0"))
    answer = machine.post(f"{root}objects/", sent)
    assert answer.status_code == 202
    status = answer.json
    assert status is not None
    assert (status["total_count"], status["success_count"], status["failure_count"]) == (3, 2, 1)
    assert status["successes"][0] == {"id": note_id(1), "version": note()["modified"]}
    assert status["successes"][1]["version"] == "2026-11-20T01:00:00.000001Z"
    assert status["failures"][0]["message"] == "spec_version must be 2.1"
    assert machine.send(f"/priority/status/{status['id']}/").json == status
    assert len(shelf.taken) == 2
    machine.post(f"{root}objects/", sent)
    assert names(machine.send(f"{root}objects/")) == [note_id(1), artifact(b"x")["id"]]


def test_a_deleted_version_is_hidden_and_its_row_stays(
    machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str
) -> None:
    fill(shelf, ours, written(note()), written(note(modified=LATER)))
    one = f"{root}objects/{note_id()}/"
    assert machine.send(one, "DELETE").status_code == 200
    assert machine.send(one).json == {"more": False, "objects": [note()]}
    assert machine.send(f"{one}?match[version]=all", "DELETE").status_code == 200
    assert machine.send(one).status_code == 404
    assert machine.send(one, "DELETE").status_code == 404
    assert shelf.gone == [note_id()] * 2
    with shelf.db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(StoredObject)) == 2


def test_only_what_one_may_know_of_is_listed(machine: Machine, ours: uuid.UUID, theirs: uuid.UUID) -> None:
    listed = machine.send("/priority/collections/").json
    assert listed is not None
    assert [held["id"] for held in listed["collections"]] == [str(ours)]
    assert str(theirs) not in str(listed)


@pytest.mark.parametrize("rest", ["", "objects/", "manifest/", f"objects/{note_id()}/"])
def test_a_collection_of_others_is_as_unknown_as_one_that_is_not_there(
    machine: Machine, shelf: Shelf, theirs: uuid.UUID, rest: str
) -> None:
    fill(shelf, theirs, written(note()))
    others = machine.send(f"/priority/collections/{theirs}/{rest}?limit=0")
    nobodys = machine.send(f"/priority/collections/{NOBODY_KNOWS}/{rest}?limit=0")
    assert others.status_code == nobodys.status_code == 404
    assert others.data == nobodys.data
    assert machine.post(f"/priority/collections/{theirs}/objects/", b"{").status_code == 404


def test_a_right_to_a_collection_that_is_not_made_yet_is_a_404_or_an_empty_page(
    machine: Machine, shelf: Shelf
) -> None:
    shelf.rights["water"][NOBODY_KNOWS] = Rights(can_read=True, can_write=True)
    root = f"/priority/collections/{NOBODY_KNOWS}/"
    assert machine.send(root).status_code == 404
    assert machine.send(f"{root}objects/").json == {}
    assert machine.post(f"{root}objects/", envelope(note())).status_code == 404
    assert machine.send(f"{root}objects/{note_id()}/", "DELETE").status_code == 404


def test_a_status_is_for_those_who_may_write_where_it_went(machine: Machine, root: str) -> None:
    status = machine.post(f"{root}objects/", envelope(note())).json
    assert status is not None
    energy = Machine(machine.client, "energy")
    assert energy.send(f"/priority/status/{status['id']}/").status_code == 404
    assert machine.send(f"/priority/status/{NOBODY_KNOWS}/").status_code == 404


def test_rights_are_those_that_are_handed_in(
    machine: Machine, shelf: Shelf, ours: uuid.UUID, root: str
) -> None:
    fill(shelf, ours, written(note()))
    shelf.rights["water"][ours] = Rights(can_read=True, can_write=False)
    assert machine.send(f"{root}objects/").status_code == 200
    assert machine.post(f"{root}objects/", envelope(note(1))).status_code == 403
    assert machine.send(f"{root}objects/{note_id()}/", "DELETE").status_code == 403
    shelf.rights["water"][ours] = Rights(can_read=False, can_write=True)
    assert machine.send(f"{root}objects/").status_code == 403
    assert machine.send(f"{root}manifest/").status_code == 403
    assert machine.send(f"{root}objects/{note_id()}/", "DELETE").status_code == 403
    assert machine.post(f"{root}objects/", envelope(note(1))).status_code == 202
    described = machine.send(root).json
    assert described is not None
    assert (described["can_read"], described["can_write"]) == (False, True)


@pytest.mark.parametrize("path", ["/taxii2/", "/priority/", "/priority/collections/"])
def test_nothing_is_served_without_credentials(machine: Machine, path: str) -> None:
    for stranger in ("", "nobody"):
        answer = Machine(machine.client, stranger).send(path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_a_method_that_is_not_served_is_named_with_those_that_are(machine: Machine, root: str) -> None:
    for method in ("PUT", "PATCH", "OPTIONS", "TRACE", "BREW", "POST"):
        assert machine.send(root, method).status_code == 405
    refused = machine.send(f"{root}objects/", "DELETE")
    assert refused.status_code == 405
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_a_fault_of_ours_shows_an_id_and_nothing_else(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    app = app_of(shelf)
    shelf.rights = None  # type: ignore[assignment] # a fault of ours
    answer = app.test_client().get("/taxii2/", auth=("water", "water"), headers={"Accept": TAXII})
    assert answer.status_code == 500
    assert answer.content_type == TAXII
    assert answer.json is not None
    assert answer.json.keys() == {"title", "http_status", "error_id"}
    assert answer.json["error_id"] in [getattr(record, "fault", None) for record in caplog.records]


def test_paths_of_others_are_left_alone(shelf: Shelf) -> None:
    answer = app_of(shelf).test_client().get("/priority-list")
    assert answer.status_code == 404
    assert answer.content_type != TAXII
