import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.formats import stix
from feeds.formats.content import Kind, Notice
from feeds.formats.envelope import Heartbeat, Manifest, envelope, heartbeat, read_envelope
from hub.core.errors import InputError
from tests.feeds.formats.conftest import ELECTRICITY, SECTOR_TEXT

ISSUED = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MANIFEST = Manifest(
    to="A" * 40,
    tracking_id="PI-2026-7K3QX",
    revision=2,
    kind=Kind.UPDATE,
    seq=41,
    prev_sha256="0" * 64,
    issued=ISSUED,
    valid_until=ISSUED + timedelta(days=30),
    receipt_code="K7Q2-XX",
)
BEAT = Heartbeat(
    to="A" * 40, head_seq=41, head_sha256="1" * 64, issued=ISSUED, valid_until=ISSUED + timedelta(days=1)
)


def test_a_reader_gets_the_very_bytes_that_went_in(notice: Notice) -> None:
    bundle = stix.bundle(notice)
    notes = (stix.sector_note(notice, ELECTRICITY, SECTOR_TEXT),)
    opened = read_envelope(envelope(MANIFEST, bundle, notes))
    assert (opened.manifest, opened.bundle, opened.notes) == (MANIFEST, bundle, notes)


def test_the_manifest_comes_first_and_its_version_before_all() -> None:
    plaintext = envelope(MANIFEST, b"{}", [])
    assert plaintext.startswith(b'{"manifest":{"v":1,"to":')
    assert list(json.loads(plaintext)) == ["manifest", "bundle", "notes"]
    assert list(json.loads(plaintext)["manifest"]) == [
        "v", "to", "tracking_id", "revision", "kind",
        "seq", "prev_sha256", "issued", "valid_until", "receipt_code",
    ]  # fmt: skip


@given(st.integers(0, 9000))
def test_the_length_is_a_multiple_of_four_kibibytes(size: int) -> None:
    plaintext = envelope(MANIFEST, orjson.dumps({"x": "x" * size}), [])
    assert len(plaintext) % 4096 == 0
    assert len(plaintext) - len(plaintext.rstrip(b" ")) < 4096
    assert plaintext == envelope(MANIFEST, orjson.dumps({"x": "x" * size}), [])


def test_the_first_copy_of_a_body_has_nothing_before_it() -> None:
    first = replace(MANIFEST, seq=1, prev_sha256="")
    assert read_envelope(envelope(first, b"{}", [])).manifest == first


def test_a_heartbeat_says_where_the_series_stands_and_has_no_place_in_it() -> None:
    plaintext = heartbeat(BEAT)
    assert read_envelope(plaintext).manifest == BEAT
    assert list(json.loads(plaintext)) == ["manifest"]
    assert "seq" not in json.loads(plaintext)["manifest"]


WRONG = [
    ("v", 2), ("v", None), ("to", "someone@example.jp"), ("to", None), ("tracking_id", "PI-2026-7K3QY"),
    ("revision", 0), ("revision", "2"), ("revision", True), ("kind", "gossip"), ("kind", 1), ("seq", -1),
    ("seq", 1.5), ("prev_sha256", "xyz"), ("issued", "yesterday"), ("issued", "2026-11-23T03:00:00"),
    ("valid_until", 5), ("receipt_code", ""), ("kind", "heartbeat"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_manifest_out_of_form_is_refused(name: str, value: object) -> None:
    document: dict[str, Any] = json.loads(envelope(MANIFEST, b"{}", []))
    document["manifest"][name] = value
    with pytest.raises(InputError):
        read_envelope(orjson.dumps(document))


@pytest.mark.parametrize(
    "plaintext",
    [
        b"", b"\x00", b"[]", b"{}", b'{"manifest":[]}', b"[" * 5000, b'{"manifest":NaN}',
        envelope(MANIFEST, b"[]", []), envelope(MANIFEST, b"{}", [b"1"]),
        envelope(MANIFEST, b"{}", []).replace(b"[]", b"{}"),
    ],
)  # fmt: skip
def test_another_shape_is_refused(plaintext: bytes) -> None:
    with pytest.raises(InputError):
        read_envelope(plaintext)


def test_csaf_goes_along_byte_for_byte_and_an_older_envelope_reads_without_it() -> None:
    csaf = json.dumps({"document": {"title": "題名"}}, indent=2).encode()
    plaintext = envelope(MANIFEST, b"{}", [], csaf=csaf)
    assert csaf in plaintext
    opened = read_envelope(plaintext)
    assert opened.csaf is not None
    assert json.loads(opened.csaf) == json.loads(csaf)
    assert read_envelope(envelope(MANIFEST, b"{}", [])).csaf is None
    with pytest.raises(InputError, match="csaf"):
        read_envelope(envelope(MANIFEST, b"{}", [], csaf=b"null"))
