import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import stix2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stix2validator import ValidationOptions, validate_parsed_json

from feeds.formats import stix
from feeds.formats.content import Content, Countermeasure, Kind, Notice, Signature, SignatureType, Text
from feeds.formats.stix_ids import EXTENSION_ID
from feeds.formats.tlp import Tlp, marking
from hub.core.errors import InputError
from tests.feeds.formats.conftest import CANARY, ELECTRICITY, SECTOR_TEXT, TITLE

OURS = {"identity", "marking-definition", "extension-definition"}


def complaints(document: bytes) -> list[str]:
    """What stix2 or the OASIS validator, at its strictest, finds wrong."""
    stix2.parse(document.decode(), version="2.1")
    verdict = validate_parsed_json(json.loads(document), ValidationOptions(strict=True, version="2.1"))
    return [str(each) for each in [*verdict.errors, *verdict.warnings]]


def objects(document: bytes, object_type: str | None = None) -> list[dict[str, Any]]:
    every = json.loads(document)["objects"]
    return [each for each in every if object_type in (None, each["type"])]


def sealed(notice: Notice) -> bytes:
    return stix.artifact(
        b"\x85opaque",
        recipient="A" * 40,
        kind=notice.kind,
        tlp=notice.tlp,
        tracking_id=notice.tracking_id,
        revision=notice.revision,
        seq=41,
    )


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_release_passes_the_strict_validator(notice: Notice, kind: Kind) -> None:
    assert complaints(stix.bundle(replace(notice, kind=kind))) == []


@pytest.mark.parametrize("tlp", Tlp)
def test_every_label_is_the_official_marking(notice: Notice, tlp: Tlp) -> None:
    document = stix.bundle(replace(notice, tlp=tlp))
    assert complaints(document) == []
    assert marking(tlp) in objects(document)
    for each in objects(document):
        if each["type"] not in OURS:
            assert tlp.marking_id in each["object_marking_refs"]


def test_a_notice_that_says_almost_nothing_passes_too(bare: Notice) -> None:
    assert complaints(stix.bundle(bare)) == []


def test_notes_copies_and_lifted_parts_pass_the_strict_validator(notice: Notice) -> None:
    heartbeat = stix.artifact(b"\x85", recipient="A" * 40, kind="heartbeat", tlp=notice.tlp)
    note = stix.sector_note(notice, ELECTRICITY, SECTOR_TEXT)
    for document in (note, sealed(notice), heartbeat, stix.lifted_bundle(notice)):
        assert complaints(document) == []


def test_everything_that_is_told_arrives(notice: Notice) -> None:
    text = stix.bundle(notice).decode()
    for told in ("CVE-2026-12345", "CWE-287", "CVSS:4.0/", "< 4.2", "502/tcp", CANARY, "alert tcp", "NPA-55"):
        assert told in text
    assert "psirt/1" in text
    assert "kept for the coordinator" not in text


def test_the_report_tells_the_clock(notice: Notice) -> None:
    [report] = objects(stix.bundle(notice), "report")
    assert report["name"] == TITLE.ja
    assert report["labels"] == ["update"]
    assert report["external_references"][0]["external_id"] == notice.tracking_id
    ours = report["extensions"][EXTENSION_ID]
    assert ours["publication_at"] == "2026-12-10T01:00:00.000000Z"
    assert (ours["publication_status"], ours["revision"], ours["kind"]) == ("planned", 2, "update")


def test_a_fixed_version_is_not_related_to_the_vulnerability(notice: Notice) -> None:
    versions = [each.get("version") for each in objects(stix.bundle(notice), "software")]
    assert versions == ["< 4.2", None]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(title=st.text(min_size=1), method=st.text(), revision=st.integers(1, 99))
def test_the_same_release_gives_the_same_bytes(
    notice: Notice, title: str, method: str, revision: int
) -> None:
    content = replace(notice.content, title=Text(ja=title), attack_method=Text(en=method))
    one = replace(notice, content=content, revision=revision)
    assert stix.bundle(one) == stix.bundle(replace(one))
    assert stix.lifted_bundle(one) == stix.lifted_bundle(replace(one))


def test_a_revision_keeps_the_ids_and_raises_modified(notice: Notice) -> None:
    later = replace(notice, revision=3, released_at=notice.released_at + timedelta(days=1))
    before, after = stix.bundle(notice), stix.bundle(later)
    assert json.loads(before)["id"] != json.loads(after)["id"]
    assert [each["id"] for each in objects(before)] == [each["id"] for each in objects(after)]
    for old, new in zip(objects(before), objects(after), strict=True):
        if old["type"] not in OURS | {"software"}:
            assert (old["created"], old["modified"] < new["modified"]) == (new["created"], True)


def test_an_added_countermeasure_moves_no_other_id(notice: Notice) -> None:
    first = notice.content.countermeasures[0]
    more = (
        first,
        Countermeasure(kind=first.kind, text=Text(ja="もう一つ")),
        *notice.content.countermeasures[1:],
    )
    grown = replace(notice, content=replace(notice.content, countermeasures=more))
    before = {each["id"] for each in objects(stix.bundle(notice))}
    assert before < {each["id"] for each in objects(stix.bundle(grown))}


def test_two_matters_share_no_id(notice: Notice) -> None:
    other = replace(notice, matter_secret=bytes(32))
    shared = {each["id"] for each in objects(stix.bundle(notice))} & {
        each["id"] for each in objects(stix.bundle(other))
    }
    assert {identifier.split("--")[0] for identifier in shared} == OURS | {"software"}


def test_withdrawal_revokes_all_that_is_ours(notice: Notice) -> None:
    document = stix.bundle(replace(notice, kind=Kind.WITHDRAWN))
    for each in objects(document):
        assert each.get("revoked", False) == (each["type"] not in OURS | {"software"})


def test_the_bundle_carries_no_sector_text(notice: Notice) -> None:
    addressed = replace(notice, content=replace(notice.content, sector_texts={"gas": Text(ja=CANARY * 2)}))
    assert CANARY * 2 not in stix.bundle(addressed).decode()


def test_a_sector_note_names_its_sector_exactly_and_the_report(notice: Notice) -> None:
    document = stix.sector_note(notice, ELECTRICITY, SECTOR_TEXT)
    [note], [report] = objects(document, "note"), objects(stix.bundle(notice), "report")
    sector = next(each for each in objects(document, "identity") if each["identity_class"] == "class")
    assert note["object_refs"] == [report["id"], sector["id"]]
    assert sector["external_references"] == [{"source_name": "jp-ci-sector", "external_id": "electricity"}]
    assert note["content"].startswith(SECTOR_TEXT.ja)


def test_what_is_lifted_is_clear_and_tells_no_attack_method(notice: Notice) -> None:
    document = stix.lifted_bundle(notice)
    text = document.decode()
    assert CANARY not in text
    assert "alert tcp" not in text
    assert not {"attack-pattern", "indicator"} & {each["type"] for each in objects(document)}
    assert {mark for each in objects(document) for mark in each.get("object_marking_refs", [])} == {
        Tlp.CLEAR.marking_id
    }
    assert "CVE-2026-12345" in text


def test_only_confirmed_parts_are_lifted(notice: Notice) -> None:
    text = stix.lifted_bundle(notice, parts=frozenset({stix.Part.REFERENCES})).decode()
    assert "psirt/1" in text
    for secret in (TITLE.ja, TITLE.en, "502/tcp", "Secret PLC", "detail", CANARY):
        assert secret not in text
    assert CANARY in stix.lifted_bundle(notice, parts=frozenset(stix.Part)).decode()


def test_what_is_lifted_is_a_newer_version_of_the_same_objects(notice: Notice) -> None:
    [before], [after] = objects(stix.bundle(notice), "report"), objects(stix.lifted_bundle(notice), "report")
    assert (before["id"], before["modified"] < after["modified"]) == (after["id"], True)


def test_a_sealed_copy_is_an_opaque_artifact_without_a_key(notice: Notice) -> None:
    copy = json.loads(sealed(notice))
    assert base64.b64decode(copy["payload_bin"]) == b"\x85opaque"
    assert copy["hashes"] == {"SHA-256": hashlib.sha256(b"\x85opaque").hexdigest()}
    assert "decryption_key" not in copy
    assert copy["encryption_algorithm"] == "mime-type-indicated"
    assert copy["extensions"][EXTENSION_ID] == {
        "extension_type": "property-extension",
        "profile": "pi-envelope/1",
        "recipient": "A" * 40,
        "tracking_id": "PI-2026-7K3QX",
        "revision": 2,
        "kind": "update",
        "tlp": "AMBER",
        "seq": 41,
    }


def test_a_signature_that_is_no_pattern_is_refused(notice: Notice) -> None:
    broken = Signature(type=SignatureType.STIX, pattern="not a pattern")
    content = Content(title=TITLE, signatures=(broken,))
    assert stix.signature_problem(broken)
    assert stix.signature_problem(replace(broken, pattern=" "))
    with pytest.raises(InputError, match="signatures"):
        stix.bundle(replace(notice, content=content))
