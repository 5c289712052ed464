"""A notice that says something in every field, and the smallest one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feeds.formats.clock import ClockStatus
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
    SectorName,
    Signature,
    SignatureType,
    Text,
    Vulnerability,
)
from feeds.formats.scoring import score
from feeds.formats.tlp import Tlp

CANARY = "zxcanary"
TITLE = Text(ja="ひみつ制御装置における認証回避の脆弱性", en="Secret PLC: authentication bypass")

FULL = Content(
    title=TITLE,
    summary=Text(ja="遠隔から認証を回避されます。", en="Authentication can be bypassed remotely."),
    products=(
        Product(
            vendor="Example Works",
            name="Secret PLC firmware",
            versions="< 4.2",
            cpe="cpe:2.3:o:example:plc_firmware:*:*:*:*:*:*:*:*",
            id="P-1",
        ),
        Product(vendor="Example Works", name="Secret Studio", purl="pkg:generic/studio@1.0", id="P-2"),
        Product(vendor="Example Works", name="Secret PLC firmware", versions="4.2", id="P-3"),
    ),
    vulnerabilities=(
        Vulnerability(
            title="Authentication bypass",
            cve="CVE-2026-12345",
            description=Text(ja="検証の不備です。"),
            cwes=("CWE-287",),
            scores=(
                score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
                score("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"),
            ),
            affected=("P-1",),
            fixed=("P-3",),
        ),
        Vulnerability(title="An issue without a number", fixed=("P-3",)),
    ),
    attack_method=Text(ja=f"{CANARY} 長さ 0 のトークンを送ります。", en=f"{CANARY} Send an empty token."),
    exploitation=Exploitation.POC,
    likelihood=Text(ja="実証コードが出回っています。"),
    impact=Text(ja="装置が停止します。", en="The device stops."),
    countermeasures=(
        Countermeasure(
            kind=CountermeasureKind.FIX,
            text=Text(ja="4.2 に更新してください。", en="Update to 4.2."),
            url="https://example.jp/4.2",
            products=("P-1",),
        ),
        Countermeasure(kind=CountermeasureKind.WORKAROUND, text=Text(ja="502/tcp を遮断してください。")),
        Countermeasure(kind=CountermeasureKind.VERIFICATION, text=Text(ja="応答がないことを確認します。")),
    ),
    signatures=(
        Signature(
            type=SignatureType.SNORT,
            pattern='alert tcp any any -> any 502 (msg:"x"; sid:1;)',
            description="Token of zero length",
        ),
        Signature(type=SignatureType.STIX, pattern="[ipv4-addr:value = '192.0.2.1']"),
    ),
    references=(Reference(summary="Developer's notice", url="https://example.jp/psirt/1"),),
    acknowledgements=("Example CERT",),
    unmapped=("note (general): kept for the coordinator",),
)

ELECTRICITY = SectorName(
    code="electricity", ja="電力", en="Electricity", stix_sectors=("energy", "utilities")
)
SECTOR_TEXT = Text(ja="変電所の監視に影響します。", en="Affects the supervision of substations.")


@pytest.fixture
def notice() -> Notice:
    """The second revision of a full notice."""
    return Notice(
        tracking_id="PI-2026-7K3QX",
        revision=2,
        kind=Kind.UPDATE,
        tlp=Tlp.AMBER,
        aliases=(
            Alias(issuer="cve", number="CVE-2026-12345"),
            Alias(issuer="jvn", number="JVN#12345678"),
            Alias(issuer="npa", number="NPA-55"),
        ),
        content=FULL,
        publication_at=datetime(2026, 12, 10, 1, 0, tzinfo=UTC),
        clock_status=ClockStatus.PLANNED,
        created=datetime(2026, 11, 20, 1, 0, tzinfo=UTC),
        released_at=datetime(2026, 11, 23, 3, 0, 0, 123456, tzinfo=UTC),
        matter_secret=bytes(range(32)),
        earlier=(datetime(2026, 11, 21, 3, 0, tzinfo=UTC),),
    )


@pytest.fixture
def bare(notice: Notice) -> Notice:
    """A first notice with a title and nothing else."""
    return replace(
        notice, revision=1, kind=Kind.NEW, aliases=(), earlier=(), content=Content(title=Text(ja="題名"))
    )
