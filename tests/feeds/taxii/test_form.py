import pytest

from feeds.taxii.form import MalformedObjectError, facts, facts_of
from tests.feeds.taxii.objects import artifact, note, note_id, written


def test_the_version_is_modified_then_created_then_none() -> None:
    assert facts(note(modified="2026-11-21T01:00:00.000Z")).version == "2026-11-21T01:00:00.000Z"
    marking = {
        "type": "marking-definition",
        "id": f"marking-definition--{note_id()[6:]}",
        "spec_version": "2.1",
    }
    assert facts(marking | {"created": "2026-11-20T01:00:00Z"}).version == "2026-11-20T01:00:00Z"
    assert facts(artifact(b"x")).version is None


def test_an_observable_need_not_repeat_its_specification() -> None:
    plain = artifact(b"x")
    del plain["spec_version"]
    assert facts(plain).spec_version == "2.1"


@pytest.mark.parametrize(
    "change",
    [
        {"type": None},
        {"type": 5},
        {"type": "Note"},
        {"type": "report"},
        {"id": 5},
        {"id": "note--1"},
        {"id": note_id() + "\n"},
        {"id": note_id().upper()},
        {"spec_version": "2.0"},
        {"spec_version": 2.1},
        {"spec_version": None},
        {"created": 1763600400},
        {"created": None},
        {"modified": "yesterday"},
        {"modified": "2026-11-20T10:00:00+09:00"},
        {"modified": "2026-11-19T01:00:00.000Z"},
        {"modified": "2026-11-20T01:00:00.1234567Z"},
    ],
)
def test_an_object_of_another_form_is_refused_by_property(change: dict[str, object]) -> None:
    with pytest.raises(MalformedObjectError, match=f"{next(iter(change))}|id "):
        facts(note() | change)


@pytest.mark.parametrize("value", [None, 5, "note", [], {}, {"objects": []}])
def test_what_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(MalformedObjectError):
        facts(value)


def test_a_bundle_is_not_an_object_of_a_collection() -> None:
    with pytest.raises(MalformedObjectError, match="bundle"):
        facts({"type": "bundle", "id": f"bundle--{note_id()[6:]}"})


@pytest.mark.parametrize("document", [b"", b"{", b"NaN", b"\xff", b'{"a":NaN}', b"[" * 5000])
def test_what_is_no_json_is_refused(document: bytes) -> None:
    with pytest.raises(MalformedObjectError, match="JSON"):
        facts_of(document)


def test_a_deep_but_whole_object_is_read() -> None:
    assert facts_of(written(note(deep=[[[[[]]]]]))).stix_id == note_id()
