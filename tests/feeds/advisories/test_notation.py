"""The notation of lists: what is written is read again, and a bad line is named by its number."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.advisories import notation
from feeds.advisories.lines import LineError, joined, line, listed, parts, read, read_blocks
from feeds.formats.content import (
    Alias,
    Automatable,
    Content,
    Countermeasure,
    CountermeasureKind,
    Product,
    Reference,
    Signature,
    SignatureType,
    TechnicalImpact,
    Text,
    Vulnerability,
)
from feeds.formats.scoring import score
from tests.support.advisories import secret_content

plain = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\r"), max_size=30
).filter(lambda text: text == text.strip())
word = plain.filter(bool)
name = st.text(string.ascii_letters + ",;%:| ", min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and text != "-"
)


@given(told=st.lists(plain, min_size=1, max_size=6))
def test_parts_are_read_as_they_were_written(told: list[str]) -> None:
    written = line(*told)
    assert "\n" not in written
    assert list(parts(written, 6))[: len(told)] == told


@given(words=st.lists(name, max_size=4))
def test_words_with_separators_inside_are_read_as_they_were_written(words: list[str]) -> None:
    assert list(listed(joined(words, ","), ",")) == words
    assert list(listed(joined(words, " ; "), ";")) == words


@given(
    told=st.builds(
        Product,
        vendor=word,
        name=word,
        versions=plain,
        cpe=st.sampled_from(["", "cpe:2.3:a:x:y:*:*:*:*:*:*:*:*", "cpe:/a:x:y"]),
        purl=st.sampled_from(["", "pkg:pypi/django@1.11.1"]),
        id=plain,
    )
)
def test_a_product_is_read_as_it_was_written(told: Product) -> None:
    assert notation.product(notation.product_line(told)) == told


@given(
    told=st.builds(
        Vulnerability,
        title=word.filter(lambda text: text != "-"),
        cve=st.sampled_from(["", "CVE-2026-10001"]),
        cwes=st.sampled_from([(), ("CWE-79",), ("CWE-79", "CWE-89")]),
        scores=st.sampled_from([(), (score("AV:N/AC:L/Au:N/C:N/I:N/A:C"),)]),
        affected=st.one_of(st.none(), st.lists(name, max_size=3).map(tuple)),
        fixed=st.lists(name, max_size=3).map(tuple),
    )
)
def test_a_vulnerability_is_read_as_it_was_written(told: Vulnerability) -> None:
    assert notation.vulnerability(notation.vulnerability_line(told)) == told


@given(
    told=st.builds(
        Countermeasure,
        kind=st.sampled_from(CountermeasureKind),
        text=st.builds(Text, ja=plain, en=word),
        url=st.sampled_from(["", "https://example.com/a?b=c|d"]),
        products=st.lists(name, max_size=3).map(tuple),
        vulnerabilities=st.lists(name, max_size=3).map(tuple),
    )
)
def test_a_countermeasure_is_read_as_it_was_written(told: Countermeasure) -> None:
    assert notation.countermeasure(notation.countermeasure_line(told)) == told


def test_signatures_keep_bars_and_line_breaks_of_their_patterns() -> None:
    told = (
        Signature(type=SignatureType.YARA, pattern='rule a {\n  strings: $a = "x|y"\n}', description="a|b"),
        Signature(type=SignatureType.SIGMA, pattern="title: x\n---\ntitle: y"),
    )
    text = "\r\n===\r\n".join(notation.signature_block(each).replace("\n", "\r\n") for each in told)
    assert read_blocks(text, notation.signature).items == told


def test_references_and_aliases_are_read_as_they_were_written() -> None:
    told = Reference(summary="a | b", url="https://example.com/")
    assert notation.reference(notation.reference_line(told)) == told
    known = Alias(issuer="警察庁", number="26|17")
    assert notation.alias(notation.alias_line(known)) == known


@pytest.mark.parametrize(
    ("reader", "typed"),
    [
        (notation.product, "only a vendor"),
        (notation.product, "a | b | | not-a-cpe"),
        (notation.product, "a | b | | | not a purl"),
        (notation.product, "a | b | c | | | f | g"),
        (notation.vulnerability, "CVE-26-1 | title"),
        (notation.vulnerability, "- |"),
        (notation.vulnerability, "- | title | 79"),
        (notation.vulnerability, "- | title | CWE-79 | CVSS:3.1/AV:N"),
        (notation.countermeasure, "patch | text"),
        (notation.countermeasure, "fix |"),
        (notation.countermeasure, "fix | text | javascript:alert(1)"),
        (notation.signature, "snorted | x\nalert"),
        (notation.signature, "snort | x"),
        (notation.signature, "stix | x\n[file:name = ]"),
        (notation.reference, "zebra"),
        (notation.reference, "summary | ftp://example.com/"),
        (notation.alias, "cve"),
    ],
)
def test_a_line_that_cannot_be_says_why_without_quoting_it(reader: object, typed: str) -> None:
    assert callable(reader)
    with pytest.raises(LineError) as refused:
        reader(typed)
    assert typed not in str(refused.value)


def test_a_bad_line_is_named_by_its_number() -> None:
    found = read("a | b\n\nbad\nc | d\nbad", notation.product)
    assert [problem.number for problem in found.problems] == [3, 5]
    assert [(number, each.name) for number, each in found.numbered] == [(1, "b"), (4, "d")]


def test_a_bad_block_is_named_by_its_first_line() -> None:
    found = read_blocks("snort | a\nalert\n===\n\nbad\n===\nyara\nrule", notation.signature)
    assert [problem.number for problem in found.problems] == [5]


@pytest.mark.parametrize("address", ["http://[", "https://[::1", "ftp://example.jp/", "example.jp"])
def test_what_is_no_address_is_a_bad_line(address: str) -> None:
    with pytest.raises(LineError, match="address must begin"):
        notation.reference(line("Vendor", address))


def test_what_the_form_cannot_hold_is_carried_over() -> None:
    before = replace(
        secret_content(),
        automatable=Automatable.YES,
        technical_impact=TechnicalImpact.TOTAL,
        news=Text(ja="更新が出た。"),
    )
    typed = Content(title=before.title, vulnerabilities=(Vulnerability(title="t", cve="CVE-2026-10001"),))
    kept = notation.with_kept(typed, before)
    assert (kept.automatable, kept.technical_impact, kept.news) == (
        before.automatable,
        before.technical_impact,
        before.news,
    )
    assert kept.vulnerabilities[0].description == Text(ja="説明")
    assert (kept.acknowledgements, kept.unmapped) == (before.acknowledgements, before.unmapped)


@pytest.mark.parametrize(
    ("labels", "descriptions"),
    [
        (["a", "b", "c"], ["A", "B", "C"]),
        (["c", "a"], ["C", "A"]),
        (["renamed", "b"], ["A", "B"]),
        (["new", "a", "b", "c"], ["", "A", "B", "C"]),
    ],
)
def test_a_description_follows_its_vulnerability(labels: list[str], descriptions: list[str]) -> None:
    before = Content(
        title=Text(ja="t"),
        vulnerabilities=tuple(Vulnerability(title=each, description=Text(ja=each.upper())) for each in "abc"),
    )
    typed = Content(title=Text(ja="t"), vulnerabilities=tuple(Vulnerability(title=each) for each in labels))
    kept = notation.with_kept(typed, before).vulnerabilities
    assert [each.description.ja for each in kept] == descriptions
