"""Whatever is sent, the answer is a refusal with a title and never a fault: `Machine.send` looks at each."""

import gzip
import io
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.taxii import store
from tests.feeds.taxii.conftest import LIMITS, NOW, TAXII, Machine, Shelf
from tests.feeds.taxii.objects import CREATED, envelope, note, note_id, written

LENIENT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DEEP = b"[" * 4000 + b"]" * 4000
TOO_MANY = ",".join(["note"] * 100_000)


@pytest.fixture
def root(shelf: Shelf, ours: uuid.UUID) -> str:
    """The path of water's collection, which holds three notes."""
    with shelf.db.transaction() as session:
        store.add(session, ours, [written(note(n)) for n in range(3)], now=NOW)
    return f"/priority/collections/{ours}/"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=many",
        "limit=",
        "limit=99999999999999999999999999",
        "limit=1.5",
        "limit=1&limit=2",
        "limit=%00",
        "limit=%D9%A1",
        "added_after=yesterday",
        "added_after=",
        "added_after=2026-02-30T00:00:00Z",
        "added_after=2026-11-20T01:00:00",
        "added_after=2026-11-20T01:00:00.0000000Z",
        "added_after=%00",
        "added_after=2026-11-20T01:00:00Z&added_after=2026-11-20T01:00:00Z",
        "next=1",
        "next=",
        "next=%00%00",
        "next=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "next=' OR 1=1 --",
        "match[version]=latest",
        "match[version]=all,first",
        "match[version]=%00",
        "match[version]=0000-00-00T00:00:00Z",
        "match[spec_version]=%F0%9F%92%A9",
        "match[id]=1",
        "match[id]=note--%00",
        "match[id]=note--1%27",
        "match[type]=%00",
        "match[type]=" + TOO_MANY,
        "match[version]=" + TOO_MANY,
        "match[id]=" + TOO_MANY,
        "match[colour]=red",
        "match[id][]=note",
        "match[type]=note&match[type]=note",
    ],
)
@pytest.mark.parametrize("resource", ["objects/", "manifest/"])
def test_a_malformed_parameter_is_a_400(machine: Machine, root: str, resource: str, query: str) -> None:
    assert machine.send(f"{root}{resource}?{query}").status_code == 400


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\x00", 400),
        (b"\xff\xfe", 400),
        (b'{"objects": [NaN]}', 400),
        (b'{"objects": [Infinity]}', 400),
        (b'{"objects": ["\\ud800"]}', 400),
        (DEEP, 400),
        (b'{"objects": ' + DEEP + b"}", 400),
        (b"null", 422),
        (b"5", 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"objects": {}}', 422),
        (b'{"objects": []}', 422),
        (b'{"objects": [null]}', 422),
        (b'{"objects": [[]]}', 422),
        (b'{"objects": [{}]}', 422),
        (written({"objects": [note() | {"id": 5}]}), 422),
        (written({"objects": [note() | {"id": "note--\x00"}]}), 422),
        (written({"objects": [note() | {"type": ["note"]}]}), 422),
        (written({"objects": [note() | {"type": "n" * 10_000}]}), 422),
        (written({"type": "bundle", "id": f"bundle--{note_id()[6:]}"}), 422),
        (envelope(*(note(n) for n in range(LIMITS.objects + 1))), 413),
        (envelope(note(content="x" * LIMITS.body_bytes)), 413),
    ],
)
def test_a_body_that_is_no_envelope_of_objects_is_refused(
    machine: Machine, shelf: Shelf, root: str, body: bytes, code: int
) -> None:
    assert machine.post(f"{root}objects/", body).status_code == code
    assert shelf.taken == []


def test_a_body_that_comes_in_chunks_is_measured_too(machine: Machine, root: str) -> None:
    for size, code in [(1, 202), (LIMITS.body_bytes, 202), (LIMITS.body_bytes + 1, 413), (10**7, 413)]:
        answer = machine.send(
            f"{root}objects/",
            "POST",
            input_stream=io.BytesIO(envelope(note()).ljust(size)),
            content_type=TAXII,
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert answer.status_code == code


@pytest.mark.parametrize(
    "change",
    [
        {"spec_version": 2.1},
        {"modified": 0},
        {"modified": "0001-01-01T00:00:00.000Z"},
        {"modified": "9" * 5000},
        {"created": {}},
    ],
)
def test_an_object_of_another_form_is_told_in_the_status(
    machine: Machine, root: str, change: dict[str, object]
) -> None:
    status = machine.post(f"{root}objects/", envelope(note(9) | change, note(8))).json
    assert status is not None
    assert [held["id"] for held in status["failures"]] == [note_id(9)]
    assert [held["id"] for held in status["successes"]] == [note_id(8)]


def test_odd_but_well_formed_objects_are_taken_and_come_back(machine: Machine, root: str) -> None:
    odd = note(7, content="\x00\u2028優先", size=2**80, depth=[[[]]], modified="9999-12-31T23:59:59.999999Z")
    assert machine.post(f"{root}objects/", envelope(odd)).status_code == 202
    back = machine.send(f"{root}objects/{note_id(7)}/").json
    assert back is not None
    assert back["objects"][0]["content"] == odd["content"]


def test_an_object_nested_deeper_than_can_be_written_is_told_in_the_status(
    machine: Machine, root: str
) -> None:
    deep = written(note(9)).removesuffix(b"}") + b',"deep":' + b"[" * 800 + b"]" * 800 + b"}"
    status = machine.post(f"{root}objects/", b'{"objects":[' + deep + b"]}").json
    assert status is not None
    assert status["failures"][0]["message"] == "nested too deeply"


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [("application/json", ""), ("text/plain", ""), ("multipart/form-data; boundary=x", ""), (TAXII, "gzip")],
)
def test_a_body_of_another_type_is_a_415(
    machine: Machine, root: str, content_type: str, encoding: str
) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    body = gzip.compress(envelope(note()))
    assert machine.post(f"{root}objects/", body, content_type, **headers).status_code == 415


@pytest.mark.parametrize(
    "accept", ["text/html", "application/json", "application/taxii+json;version=2.0", '"', ""]
)
def test_a_client_that_takes_nothing_of_ours_gets_a_406(machine: Machine, root: str, accept: str) -> None:
    for path in ("/taxii2/", "/priority/", root, f"{root}objects/"):
        assert machine.send(path, headers={"Accept": accept}).status_code == 406


@pytest.mark.parametrize(
    "path",
    [
        "/taxii2/x",
        "/priority/x",
        "/priority/collections/x/",
        "/priority/collections/%00/objects/",
        "/priority/collections/{00000000-0000-4000-8000-000000000000}/",
        "/priority//collections/",
        "/priority/status/1/",
        "/priority/../taxii2/",
        "/priority/collections/" + "a" * 100_000,
        "objects/1/",
        "objects/%00/",
        "objects/%FF/",
        "objects/note--%00/versions/",
        "objects/..%2f..%2f/",
        "objects/' OR 1=1 --/",
        "objects/" + "a" * 100_000 + "/",
        "objects/" + note_id() + "%0A/",
        "objects/" + note_id().upper() + "/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_path_that_names_nothing_is_a_404(machine: Machine, root: str, path: str, method: str) -> None:
    whole = path if path.startswith("/") else root + path
    assert machine.send(whole, method).status_code in {404, 405}


@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic !!!", "Basic AAAA", "Bearer x", "Basic " + "A" * 100_000, "\x7f"]
)
def test_malformed_credentials_are_a_401(machine: Machine, authorization: str) -> None:
    stranger = Machine(machine.client, "")
    assert stranger.send("/taxii2/", headers={"Authorization": authorization}).status_code == 401


PARAMETERS = st.dictionaries(
    st.sampled_from(
        ["limit", "added_after", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]"]
    )
    | st.text(max_size=12),
    st.text(max_size=40)
    | st.integers().map(str)
    | st.sampled_from([CREATED, "all", "first", "last", "2.1", "note", note_id(), "1", "2"]),
    max_size=5,
)


@LENIENT
@given(
    parameters=PARAMETERS, resource=st.sampled_from(["objects", "manifest", f"objects/{note_id()}/versions"])
)
def test_no_parameters_make_the_server_fail(
    machine: Machine, root: str, parameters: dict[str, str], resource: str
) -> None:
    answer = machine.send(f"{root}{resource}/", query_string=parameters)
    assert answer.status_code in {200, 400}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PROPERTIES = st.sampled_from(["type", "id", "spec_version", "created", "modified", "content", "objects"])


@LENIENT
@given(changes=st.lists(st.dictionaries(PROPERTIES, JSON, max_size=3), min_size=1, max_size=3))
def test_no_objects_make_the_server_fail(
    machine: Machine, root: str, changes: list[dict[str, object]]
) -> None:
    sent = envelope(*(note(n) | change for n, change in enumerate(changes)))
    assert machine.post(f"{root}objects/", sent).status_code in {202, 422, 400}


@LENIENT
@given(body=st.binary(max_size=200), content_type=st.sampled_from([TAXII, "application/taxii+json"]))
def test_no_bytes_make_the_server_fail(machine: Machine, root: str, body: bytes, content_type: str) -> None:
    assert machine.post(f"{root}objects/", body, content_type).status_code in {400, 422}


@LENIENT
@given(rest=st.text(max_size=60))
def test_no_path_makes_the_server_fail(machine: Machine, root: str, rest: str) -> None:
    path = f"{root}objects/{rest}".split("?", 1)[0].split("#", 1)[0]
    assert machine.send(path).status_code in {200, 404}
