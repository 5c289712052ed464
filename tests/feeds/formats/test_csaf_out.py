import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.formats import csaf_gate, csaf_in, csaf_out
from feeds.formats.content import (
    Content,
    Countermeasure,
    CountermeasureKind,
    Kind,
    Notice,
    Product,
    Reference,
    Text,
    Vulnerability,
)
from feeds.formats.tlp import Tlp
from tests.feeds.formats.conftest import CANARY

VERSIONS: list[csaf_out.Version] = ["2.0", "2.1"]
SAMPLES = Path(__file__).parent / "samples"
VALID = ["icsa-23-355-01", "icsa-22-221-03", "va-24-254-02"]

both_versions = pytest.mark.parametrize("version", VERSIONS)


def exported(notice: Notice, version: csaf_out.Version) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(csaf_out.export(notice, version))
    assert csaf_gate.problems(document, version) == {}
    return document


@both_versions
@pytest.mark.parametrize("tlp", Tlp)
@pytest.mark.parametrize("kind", [Kind.UPDATE, Kind.WITHDRAWN])
def test_every_export_passes_the_validator_of_its_version(
    notice: Notice, version: csaf_out.Version, tlp: Tlp, kind: Kind
) -> None:
    document = exported(replace(notice, tlp=tlp, kind=kind), version)
    assert document["document"]["csaf_version"] == version
    assert document["document"]["category"] == "csaf_security_advisory"


@both_versions
def test_a_notice_that_says_almost_nothing_passes_too(bare: Notice, version: csaf_out.Version) -> None:
    assert exported(bare, version)["document"]["category"] == "csaf_base"


@both_versions
def test_the_tracking_id_is_ours_and_the_other_numbers_are_aliases(
    notice: Notice, version: csaf_out.Version
) -> None:
    tracking = exported(notice, version)["document"]["tracking"]
    assert tracking["id"] == "PI-2026-7K3QX"
    assert tracking["aliases"] == ["CVE-2026-12345", "JVN#12345678", "NPA-55"]
    assert tracking["version"] == "2"
    assert [each["date"][:10] for each in tracking["revision_history"]] == ["2026-11-21", "2026-11-23"]


@both_versions
def test_everything_that_is_told_arrives(notice: Notice, version: csaf_out.Version) -> None:
    text = json.dumps(exported(notice, version), ensure_ascii=False)
    for told in (
        "CVE-2026-12345",
        "CWE-287",
        "CVSS:4.0/",
        "502/tcp",
        CANARY,
        "sid:1",
        "psirt/1",
        "SSVC",
        "JST",
    ):
        assert told in text
    assert "kept for the coordinator" not in text


def test_a_label_that_the_old_standard_lacks_becomes_a_narrower_one(notice: Notice) -> None:
    strict = replace(notice, tlp=Tlp.AMBER_STRICT)
    assert exported(strict, "2.0")["document"]["distribution"]["tlp"] == {"label": "RED"}
    assert exported(strict, "2.1")["document"]["distribution"]["tlp"] == {"label": "AMBER+STRICT"}
    assert exported(strict, "2.0")["document"]["distribution"]["text"].startswith("TLP:AMBER+STRICT")


def test_the_disclosure_date_is_the_publication_date(notice: Notice) -> None:
    for each in exported(notice, "2.1")["vulnerabilities"]:
        assert each["disclosure_date"] == "2026-12-10T01:00:00.000000Z"


@both_versions
@pytest.mark.parametrize("name", VALID)
def test_what_was_imported_goes_out_and_comes_back(
    notice: Notice, version: csaf_out.Version, name: str
) -> None:
    before = csaf_in.read((SAMPLES / f"{name}.json").read_bytes()).content
    document = exported(replace(notice, content=before), version)
    after = csaf_in.read(json.dumps(document).encode()).content
    assert {(p.vendor, p.name, p.versions.replace(" ", ""), p.id) for p in after.products} == {
        (p.vendor, p.name, p.versions.replace(" ", ""), p.id) for p in before.products
    }
    for old, new in zip(before.vulnerabilities, after.vulnerabilities, strict=True):
        assert (old.cve, old.cwes, old.scores, old.fixed) == (new.cve, new.cwes, new.scores, new.fixed)
        assert sorted(old.affected or ()) == sorted(new.affected or ())
    assert after.references == before.references


@both_versions
def test_our_own_fields_come_back(notice: Notice, version: csaf_out.Version) -> None:
    after = csaf_in.read(csaf_out.export(notice, version))
    assert CANARY in after.content.attack_method.ja
    assert after.content.exploitation is notice.content.exploitation
    assert "実証コード" in after.content.likelihood.ja
    assert after.content.impact.ja.startswith("装置が停止します。")
    assert ("priority-information", notice.tracking_id) in {(a.issuer, a.number) for a in after.aliases}


ODD = [
    Content(title=Text(en="t"), products=(Product(vendor="", name="n"), Product(vendor="", name="n"))),
    Content(
        title=Text(en="t"), products=(Product(vendor="v", name="n", id="X", versions="all before 3"),) * 2
    ),
    Content(
        title=Text(en="t"),
        products=(Product(vendor="v", name="n", cpe="no cpe", purl="no purl", versions="4.*"),),
        vulnerabilities=(
            Vulnerability(title="t", cve="CVE-none", cwes=("CWE-0", "CWE-79", "CWE-89")),
            Vulnerability(title="t"),
        ),
        countermeasures=(Countermeasure(kind=CountermeasureKind.FIX, text=Text(), url="see the manual"),),
        references=(
            Reference(summary="", url="the manual"),
            Reference(summary="", url="https://example.jp/"),
        ),
    ),
]


@both_versions
@pytest.mark.parametrize("content", ODD, ids=range(len(ODD)))
def test_what_people_type_passes_all_the_same(
    notice: Notice, version: csaf_out.Version, content: Content
) -> None:
    exported(replace(notice, content=content), version)


@both_versions
def test_a_history_that_is_not_known_whole_is_still_in_order(
    notice: Notice, version: csaf_out.Version
) -> None:
    history = exported(replace(notice, revision=5), version)["document"]["tracking"]["revision_history"]
    assert [each["number"] for each in history] == ["1", "2", "3", "4", "5"]
    assert [each["date"] for each in history] == sorted(each["date"] for each in history)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), revision=st.integers(1, 9))
def test_the_same_release_gives_the_same_bytes(notice: Notice, text: str, revision: int) -> None:
    words = Text(ja=text)
    one = replace(
        notice, revision=revision, content=replace(notice.content, title=words, attack_method=words)
    )
    for version in VERSIONS:
        assert csaf_out.export(one, version) == csaf_out.export(replace(one), version)
