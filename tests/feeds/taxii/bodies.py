"""What is posted to a collection (TAXII 2.1, 3.7, 4.3, 5.5): the body, the answer, what was taken of it."""

import json
from dataclasses import dataclass
from typing import Any

from tests.feeds.taxii.objects import artifact, envelope, note, note_id

DEEP = 2000
NAN = note(1, content="NUMBER")


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A body, and what must come of it; counts only where it is a 202."""

    name: str
    body: bytes
    status: int = 202
    taken: int = 0
    refused: int = 0

    def __str__(self) -> str:
        return self.name


def one(name: str, **change: object) -> Posted:
    """Return a note with a change, which is refused in the status, beside a good one."""
    return Posted(name=name, body=envelope(note(1) | change, note(2)), taken=1, refused=1)


def good(name: str, *objects: dict[str, Any]) -> Posted:
    return Posted(name=name, body=envelope(*objects), taken=len(objects))


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in note(1).items() if name not in names}


def raw(value: object, text: bytes) -> bytes:
    """Return an envelope of one object in which NUMBER is another JSON text."""
    return envelope(value).replace(b'"NUMBER"', text)


TAKEN = [
    good("one note", note(1)),
    good("two notes", note(1), note(2)),
    good("the same one twice", note(1), note(1)),
    good("two versions", note(1), note(1, modified="2026-11-21T01:00:00.000Z")),
    good("older version after a newer one", note(1, modified="2026-11-21T01:00:00.000Z"), note(1)),
    good("an artifact, which has no version", artifact(b"x")),
    good(
        "an artifact with spec_version left out",
        {k: v for k, v in artifact(b"x").items() if k != "spec_version"},
    ),
    good("no modified, as a marking definition has none", without("modified")),
    good(
        "a marking definition",
        without("modified", "content", "object_refs")
        | {"type": "marking-definition", "id": f"marking-definition--{note_id(1)[6:]}", "name": "x"},
    ),
    good("a custom object", note(1) | {"type": "x-acme-thing", "id": f"x-acme-thing--{note_id(1)[6:]}"}),
    good(
        "an extension's new type",
        note(1) | {"type": "new-sdo", "id": f"new-sdo--{note_id(1)[6:]}", "extensions": {}},
    ),
    good("custom properties", note(1, x_number=5, x_list=[1, [2]], x_null=None)),
    good("six digits of a second", note(1, modified="2026-11-21T01:00:00.123456Z")),
    good("no digits of a second", note(1, created="2026-11-20T01:00:00Z", modified="2026-11-20T01:00:00Z")),
    good("Japanese", note(1, content="優先情報提供 \u2028 😀")),
    good("a NUL in a text", note(1, content="a\x00b")),
    good("a long text", note(1, content="x" * 10_000)),
    good("an empty text", note(1, content="")),
    good("a number beyond 64 bits", note(1, x_number=2**70)),
    good("an empty name", note(1) | {"": 1}),
    good(
        "a bundle's objects by an UUIDv5 id", note(1) | {"id": "note--1b4e28ba-2fa1-5d3b-883f-0016d3cca427"}
    ),
    Posted(
        name="more members in the envelope",
        body=json.dumps({"more": False, "next": "x", "objects": [note(1)]}).encode(),
        taken=1,
    ),
    Posted(name="white space around", body=b" \n\t" + envelope(note(1)) + b"\r\n", taken=1),
    Posted(
        name="escaped characters", body=json.dumps({"objects": [note(1, content="優先")]}).encode(), taken=1
    ),
    Posted(name="a number with an exponent", body=raw(NAN, b"1e300"), taken=1),
    Posted(
        name="a name twice in one object",
        body=envelope(note(1)).replace(b'"content":', b'"content": "a", "content":'),
        taken=1,
    ),
    Posted(name="objects twice in the envelope", body=b'{"objects": [], ' + envelope(note(1))[1:], taken=1),
]
PARTLY = [
    one("spec_version as a number", spec_version=2.1),
    one("spec_version 2.0", spec_version="2.0"),
    one("spec_version 3", spec_version="3.0"),
    one("spec_version null", spec_version=None),
    one("modified as a number", modified=0),
    one("modified null", modified=None),
    one("modified as text", modified="yesterday"),
    one("modified without a zone", modified="2026-11-20T01:00:00"),
    one("modified not in UTC", modified="2026-11-20T10:00:00+09:00"),
    one("modified with seven digits", modified="2026-11-20T01:00:00.1234567Z"),
    one("modified on a day that is none", modified="2026-02-30T01:00:00Z"),
    one("modified before created", modified="2026-11-19T01:00:00.000Z"),
    one("created as a list", created=[]),
    one("created null", created=None),
    one("created as an object", created={}),
    one("created beyond the calendar", created="99999-01-01T00:00:00Z"),
    one("a bundle", type="bundle", id=f"bundle--{note_id(1)[6:]}"),
    Posted(name="no created", body=envelope(without("created"), note(2)), taken=1, refused=1),
    Posted(
        name="no spec_version beside a version",
        body=envelope(without("spec_version"), note(2)),
        taken=1,
        refused=1,
    ),
    Posted(
        name="all of them bad", body=envelope(note(1) | {"modified": 0}, note(2) | {"modified": 0}), refused=2
    ),
    Posted(name="nested too deeply to be written", body=raw(NAN, b"[" * 800 + b"]" * 800), refused=1),
]
NO_IDS: tuple[object, ...] = (
    5,
    None,
    "",
    "note",
    "note--",
    "note--1",
    "note--\x00",
    [],
    {},
    note_id().upper(),
)
NO_IDS += (f"indicator--{note_id()[6:]}", note_id() + "\n", "--" + note_id()[6:], "n" * 10_000)
REFUSED = [
    Posted(name=name, body=body, status=status)
    for status, bodies in {
        400: {
            "nothing": b"",
            "white space": b"  ",
            "an open brace": b"{",
            "text": b"hello",
            "a NUL": b"\x00",
            "no UTF-8": b"\xff\xfe{}",
            "UTF-16": envelope(note(1)).decode().encode("utf-16"),
            "a byte order mark": b"\xef\xbb\xbf" + envelope(note(1)),
            "half an envelope": envelope(note(1))[:-2],
            "two envelopes": envelope(note(1)) * 2,
            "a trailing comma": b'{"objects": [],}',
            "single quotes": b"{'objects': []}",
            "a comment": b"/* */ {}",
            "NaN": raw(NAN, b"NaN"),
            "Infinity": raw(NAN, b"Infinity"),
            "-Infinity": raw(NAN, b"-Infinity"),
            "a lone surrogate": raw(NAN, b'"\\ud800"'),
            "a leading zero": raw(NAN, b"01"),
            "a number beyond a double": raw(NAN, b"1" + b"0" * 400),
            "a control character": raw(NAN, b'"\n"'),
            "deep lists": b"[" * DEEP + b"]" * DEEP,
            "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
            "a deep envelope": b'{"objects": ' + b"[" * DEEP + b"]" * DEEP + b"}",
            "form data": b"objects=1",
            "XML": b"<?xml version='1.0'?><x/>",
        },
        422: {
            "null": b"null",
            "a number": b"5",
            "a text": b'"objects"',
            "a list": b"[]",
            "an empty object": b"{}",
            "a bundle": json.dumps({"type": "bundle", "id": f"bundle--{note_id()[6:]}"}).encode(),
            "one object itself": json.dumps(note(1)).encode(),
            "objects is an object": b'{"objects": {}}',
            "objects is null": b'{"objects": null}',
            "objects is a text": b'{"objects": "x"}',
            "objects is empty": b'{"objects": []}',
            "objects of null": b'{"objects": [null]}',
            "objects of numbers": b'{"objects": [1, 2]}',
            "objects of lists": b'{"objects": [[]]}',
            "objects of texts": b'{"objects": ["note"]}',
            "an object of nothing": b'{"objects": [{}]}',
            "another name": b'{"OBJECTS": []}',
            **{f"id {number}": envelope(note(1) | {"id": each}) for number, each in enumerate(NO_IDS)},
            **{
                f"type {number}": envelope(note(1) | {"type": each})
                for number, each in enumerate(
                    [None, 5, ["note"], "", "NOTE", "no te", "n", "note\x00", "n" * 300]
                )
            },
            "no id": envelope(without("id")),
            "no type": envelope(without("type")),
        },
    }.items()
    for name, body in bodies.items()
]
POSTED = TAKEN + PARTLY + REFUSED
MEMBERS = {
    "id",
    "status",
    "request_timestamp",
    "total_count",
    "success_count",
    "failure_count",
    "pending_count",
}
