import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feeds.formats import csaf_gate, csaf_in, csaf_sectors
from feeds.formats.content import Alias, CountermeasureKind, Exploitation, Score
from feeds.formats.tlp import Tlp
from hub.core.errors import InputError

SAMPLES = Path(__file__).parent / "samples"
VALID = ["icsa-23-355-01", "icsa-22-221-03", "va-24-254-02"]


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


@pytest.mark.parametrize("name", VALID)
def test_nothing_that_matters_is_lost(name: str) -> None:
    document = json.loads(sample(name))
    content = csaf_in.read(sample(name)).content
    every = list(nodes(document))
    assert {v.cve for v in content.vulnerabilities} == {n["cve"] for n in every if "cve" in n}
    assert {s.vector for v in content.vulnerabilities for s in v.scores} == {
        n["vectorString"] for n in every if "vectorString" in n
    }
    assert {p.id for p in content.products} == {n["product_id"] for n in every if "product_id" in n}
    for text in [n["details"] for n in every if "details" in n and "product_ids" in n]:
        told = [*(c.text.en for c in content.countermeasures), content.likelihood.en, content.impact.en]
        assert any(text in each for each in told)
    assert {n["url"] for n in every if "summary" in n and "url" in n} <= {r.url for r in content.references}


@pytest.mark.parametrize("name", VALID)
def test_every_word_is_somewhere(name: str) -> None:
    imported = csaf_in.read(sample(name))
    kept = json.dumps(csaf_words(imported), ensure_ascii=False)
    for node in nodes(json.loads(sample(name))):
        if "text" in node and not csaf_sectors.TITLE.search(node.get("title", "")):
            assert json.dumps(node["text"], ensure_ascii=False)[1:-1] in kept


def csaf_words(imported: csaf_in.Imported) -> list[str]:
    content = imported.content
    texts = [content.summary, content.likelihood, *(v.description for v in content.vulnerabilities)]
    return [*(text.en for text in texts), *content.unmapped]


def test_a_typical_advisory_becomes_a_draft() -> None:
    imported = csaf_in.read(sample("icsa-23-355-01"))
    content = imported.content
    assert content.title.en == "FXC AE1021/AE1021PE"
    assert content.summary.en.startswith("Successful exploitation")
    assert [(p.vendor, p.name, p.versions) for p in content.products] == [
        ("FXC", "AE1021PE firmware", "<=2.0.9"),
        ("FXC", "AE1021 firmware", "<=2.0.9"),
    ]
    [weakness] = content.vulnerabilities
    assert weakness.cwes == ("CWE-78",)
    assert weakness.affected == ("CSAFPID-0001", "CSAFPID-0002")
    assert weakness.scores == (
        Score(version="3.1", vector="CVSS:3.1/AV:A/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", score=8.0),
    )
    fixes = [c for c in content.countermeasures if c.kind is CountermeasureKind.FIX]
    assert [c.products for c in fixes] == [("CSAFPID-0001",), ("CSAFPID-0002",)]
    assert content.exploitation is Exploitation.UNKNOWN
    assert imported.tlp is Tlp.CLEAR


def test_the_numbers_of_others_become_aliases_links_to_jvn_included() -> None:
    aliases = csaf_in.read(sample("icsa-23-355-01")).aliases
    assert aliases == (
        Alias(issuer="CISA", number="ICSA-23-355-01"),
        Alias(issuer="cve", number="CVE-2023-49897"),
        Alias(issuer="jvn", number="JVNVU#92152057"),
    )


def test_sector_words_are_suggestions_and_what_has_no_sector_is_shown() -> None:
    first = csaf_sectors.in_lines(csaf_in.read(sample("icsa-22-221-03")).content.unmapped)
    assert first.codes == ("gas", "petroleum", "chemical", "medical", "water")
    assert first.understood
    second = csaf_sectors.in_lines(csaf_in.read(sample("icsa-23-355-01")).content.unmapped)
    assert second.said == "Information Technology, Commercial Facilities"
    assert second.codes == ("ict",)
    assert not second.understood


def test_a_fixed_version_is_not_taken_for_an_affected_one() -> None:
    content = csaf_in.read(sample("va-24-254-02")).content
    assert all(v.affected is not None and not set(v.affected) & set(v.fixed) for v in content.vulnerabilities)
    assert any(v.fixed for v in content.vulnerabilities)


def test_an_invalid_document_is_refused_with_the_validators_reasons() -> None:
    with pytest.raises(InputError) as refused:
        csaf_in.read(sample("icsa-21-259-01"))
    assert list(refused.value.problems) == ["/vulnerabilities/2/cwe/name"]
    assert "6.1.11" in refused.value.problems["/vulnerabilities/2/cwe/name"]


@pytest.mark.parametrize(
    "document",
    [
        b"", b"\x00", b"[]", b"{}", b'{"document": 1}', b"[" * 100_000,
        b'{"document":{"csaf_version":"1.2"}}',
        b'{"document":{"csaf_version":["2.0"]}}', b'{"document":{"csaf_version":"2.1"}}',
        b"x" * (16 * 1024**2 + 1),
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_csaf_is_refused(document: bytes) -> None:
    with pytest.raises(InputError):
        csaf_in.read(document)


def test_a_large_product_tree_is_read_in_time() -> None:
    document = json.loads(sample("icsa-23-355-01"))
    inner = document["product_tree"]["branches"][0]["branches"][0]["branches"]
    for number in range(1000):
        product = {"name": f"FXC {number}", "product_id": f"P-{number}"}
        inner.append({"category": "product_version", "name": f"1.{number}", "product": product})
    started = time.monotonic()
    imported = csaf_in.read(json.dumps(document).encode())
    assert time.monotonic() - started < 2
    assert len(imported.content.products) == 1002


def test_the_validator_leaves_the_log_alone() -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    csaf_gate._library.cache_clear()
    assert csaf_gate.problems({}, "2.0")
    assert (root.handlers, root.level) == before


def test_a_weakness_class_has_the_name_of_the_catalogue() -> None:
    found = csaf_gate.cwe("CWE-287")
    assert found is not None
    assert found["name"] == "Improper Authentication"
    assert csaf_gate.cwe("CWE-999999") is None


def labelled(name: str, tlp: dict[str, str] | None) -> bytes:
    document = json.loads(sample(name))
    document["document"].pop("distribution", None)
    if tlp:
        document["document"]["distribution"] = {"tlp": tlp}
    return json.dumps(document).encode()


@pytest.mark.parametrize("name", VALID)
def test_acknowledgements_of_a_public_document_are_taken_over(name: str) -> None:
    content = csaf_in.read(labelled(name, {"label": "WHITE"})).content
    assert content.acknowledgements
    assert csaf_in.THANKS_LEFT not in content.unmapped


@pytest.mark.parametrize("tlp", [{"label": "AMBER"}, {"label": "GREEN"}, {"label": "RED"}, None])
@pytest.mark.parametrize("name", VALID)
def test_who_is_thanked_in_a_document_that_is_not_public_is_stored_nowhere(
    name: str, tlp: dict[str, str] | None
) -> None:
    public = csaf_in.read(labelled(name, {"label": "WHITE"})).content
    content = csaf_in.read(labelled(name, tlp)).content
    assert content.acknowledgements == ()
    assert csaf_in.THANKS_LEFT in content.unmapped
    named = [n for each in nodes(json.loads(sample(name))) for n in each.get("names", [])]
    kept = repr(content)
    assert not [person for person in named if person in kept and person not in repr(public.summary)]


def test_nothing_is_said_of_acknowledgements_where_a_document_has_none() -> None:
    document = json.loads(labelled("icsa-23-355-01", {"label": "AMBER"}))
    document["document"].pop("acknowledgments")
    assert csaf_in.THANKS_LEFT not in csaf_in.read(json.dumps(document).encode()).content.unmapped
