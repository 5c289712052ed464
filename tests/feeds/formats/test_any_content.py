"""Whatever coordinators may type: every format can carry it, or the release would be stuck."""

import json
from dataclasses import replace
from datetime import timedelta

import stix2
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from stix2validator import ValidationOptions, validate_parsed_json

from feeds.formats import csaf_gate, csaf_out, letter, stix
from feeds.formats.content import (
    Alias,
    Content,
    Countermeasure,
    CountermeasureKind,
    Exploitation,
    Kind,
    Notice,
    Product,
    Reference,
    Signature,
    SignatureType,
    Text,
    Vulnerability,
)
from feeds.formats.scoring import score
from feeds.formats.tlp import Tlp

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.sampled_from(["Example", "装置 A", "a/b", " ", "x" * 200]) | WORDS.filter(bool)
TEXTS = st.builds(Text, ja=WORDS, en=WORDS)
IDS = st.sampled_from(["", "P-1", "P-2", "P-3"])
SOME_IDS = st.lists(IDS, max_size=3).map(tuple)
VECTORS = [
    "AV:N/AC:L/Au:N/C:P/I:P/A:C/E:POC/RL:OF/RC:C",
    "CVSS:3.0/AV:L/AC:H/PR:L/UI:N/S:C/C:H/I:L/A:N",
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:W/RC:R",
    "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N/CR:H/MAV:N",
    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N",
    "CVSS:4.0/AV:P/AC:H/AT:P/PR:L/UI:A/VC:L/VI:H/VA:L/SC:L/SI:N/SA:H/E:U/CR:M",
]
PRODUCTS = st.builds(
    Product,
    vendor=NAMES,
    name=NAMES,
    versions=st.sampled_from(["", "4.2", "< 4.2", "4.x", "all", "4.0 から 4.2", "4.0 through 4.2", "<=1|>=2"])
    | WORDS,
    cpe=st.sampled_from(["", "cpe:2.3:a:x", "cpe:/a:example:plc:1", "cpe:2.3:a:v:p:1\\.0:*:*:*:*:*:*:*"]),
    purl=st.sampled_from(["", "pkg:pypi/django@1.0", "pkg:generic/a%20b"]),
    id=IDS,
)
VULNERABILITIES = st.builds(
    Vulnerability,
    title=NAMES,
    cve=st.sampled_from(["", "CVE-2026-1", "CVE-2026-12345"]),
    description=TEXTS,
    cwes=st.lists(st.sampled_from(["CWE-79", "CWE-287", "CWE-999999", "CWE-16"]), max_size=3).map(tuple),
    scores=st.lists(st.sampled_from(VECTORS).map(score), max_size=4).map(tuple),
    affected=st.none() | SOME_IDS,
    fixed=SOME_IDS,
)
COUNTERMEASURES = st.builds(
    Countermeasure,
    kind=st.sampled_from(CountermeasureKind),
    text=st.builds(Text, ja=WORDS | st.just("[none_available] x")),
    url=st.sampled_from(
        ["", "https://example.jp/あ", "https://example.jp/a b", "http://[", "https://例え.jp/"]
    ),
    products=SOME_IDS,
    vulnerabilities=st.sampled_from([(), ("CVE-2026-12345",)]),
)
CONTENTS = st.builds(
    Content,
    title=st.builds(Text, ja=NAMES),
    summary=TEXTS,
    products=st.lists(PRODUCTS, max_size=4).map(tuple),
    vulnerabilities=st.lists(VULNERABILITIES, max_size=3).map(tuple),
    attack_method=TEXTS,
    exploitation=st.sampled_from(Exploitation),
    likelihood=TEXTS,
    impact=TEXTS,
    countermeasures=st.lists(COUNTERMEASURES, max_size=3).map(tuple),
    signatures=st.lists(
        st.builds(
            Signature,
            type=st.sampled_from(sorted(set(SignatureType) - {SignatureType.STIX})),
            pattern=NAMES.filter(str.strip),
            description=WORDS,
        ),
        max_size=2,
    ).map(tuple),
    references=st.lists(
        st.builds(Reference, summary=WORDS, url=st.sampled_from(["https://example.jp/", "https://a.jp/あ", "http://["])),
        max_size=2,
    ).map(tuple),
    acknowledgements=st.lists(NAMES, max_size=2).map(tuple),
    not_provided=st.sampled_from([(), ("attack_method",)]),
)  # fmt: skip


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking so large a value takes minutes
    deadline=None,
)
@given(
    content=CONTENTS,
    tlp=st.sampled_from(Tlp),
    kind=st.sampled_from(Kind),
    aliases=st.lists(
        st.builds(Alias, issuer=st.sampled_from(["cve", "jvn", "NPA"]) | NAMES, number=NAMES), max_size=3
    ).map(tuple),
    late=st.booleans(),
)
def test_every_format_carries_it(
    notice: Notice,
    content: Content,
    tlp: Tlp,
    kind: Kind,
    aliases: tuple[Alias, ...],
    *,
    late: bool,
) -> None:
    released = notice.publication_at + timedelta(days=1) if late else notice.released_at
    told = replace(notice, content=content, tlp=tlp, kind=kind, aliases=aliases, released_at=released)
    versions: list[csaf_out.Version] = ["2.0", "2.1"]
    for version in versions:
        assert csaf_gate.problems(json.loads(csaf_out.export(told, version)), version) == {}
    assert letter.text(told, sectors=[], receipt_code="K", answer_url="https://hub.example.jp/")
    for document in (stix.bundle(told), stix.lifted_bundle(told)):
        stix2.parse(document.decode(), version="2.1")
        verdict = validate_parsed_json(json.loads(document), ValidationOptions(strict=True, version="2.1"))
        assert verdict.errors == []
