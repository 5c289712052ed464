"""The notation of lists: what is written is read again, and a bad line is named by its number."""

import string
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.advisories import notation
from feeds.advisories.lines import LineError, joined, line, listed, parts, read, read_blocks
from feeds.formats.content import (
    Alias,
    Content,
    Countermeasure,
    CountermeasureKind,
    Product,
    Reference,
    Signature,
    SignatureType,
    Text,
    Vulnerability,
)
from feeds.formats.scoring import score
from tests.support.advisories import secret_content

T = TypeVar("T")

RULE = 'alert tcp any any -> any 502 (msg:"x"; content:"|00 01|"; sid:1;)'
plain = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\r"), max_size=30
).filter(lambda text: text == text.strip())
word = plain.filter(bool)
name = st.text(string.ascii_letters + ",;%:| ", min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and text != "-"
)


def only(text: str, one: Callable[[str], T]) -> T:
    (item,) = read(text, one).items
    return item


@given(told=st.lists(plain, min_size=1, max_size=6).filter(any))
def test_parts_are_read_as_they_were_written(told: list[str]) -> None:
    assert list(only(line(*told), lambda entry: parts(entry, 6)))[: len(told)] == told


typed_lines = st.lists(st.text("ab|\\ \t\u3000\n", max_size=12), max_size=6).map("\n".join)


@given(text=typed_lines)
def test_what_is_typed_is_a_fixed_point_once_it_was_written(text: str) -> None:
    def words(typed: str) -> tuple[tuple[str, ...], ...]:
        return tuple(filter(any, read(typed, lambda entry: parts(entry, 80)).items))

    told = words(text)
    again = "\n".join(line(*each) for each in told)
    assert words(again) == told
    assert "\n".join(line(*each) for each in words(again)) == again


def test_steps_paths_and_links_of_a_countermeasure_survive() -> None:
    steps = "次の順に行う。\n\n1. `C:\\new\\tool.exe` を止める\n   - 確認する\n"
    steps += "2. \\\\server\\share から [更新](https://example.com/a) を入れる"
    told = (
        Countermeasure(
            kind=CountermeasureKind.WORKAROUND, text=Text(ja=steps, en="1. Stop\n2. Update | go on")
        ),
        Countermeasure(kind=CountermeasureKind.FIX, text=Text(ja="更新する")),
    )
    typed = "\n".join(map(notation.countermeasure_line, told))
    assert read(typed.replace("\n", "\r\n"), notation.countermeasure).items == told
    assert "C:\\new" in typed
    assert "\\\\server\\share" in typed


@pytest.mark.parametrize("indent", ["  ", " ", "\t", "\u3000"])
def test_an_indented_line_goes_on_with_the_entry_above_and_the_next_is_counted_right(indent: str) -> None:
    typed = f"fix | 1. a\n{indent}2. b\n\n{indent}c | https://example.com/\nbad"
    found = read(typed, notation.countermeasure)
    (told,) = found.items
    assert (told.text.ja, told.url) == ("1. a\n2. b\n\nc", "https://example.com/")
    assert [(each.number, each.place) for each in found.problems] == [(5, 2)]


def test_a_hundred_thousand_backslashes_are_read_at_once() -> None:
    assert parts("\\" * 100_000, 2) == ("\\" * 100_000, "")
    assert parts("\\|" * 50_000, 2) == ("|" * 50_000, "")


def test_a_list_that_is_indented_as_a_whole_has_an_entry_a_line() -> None:
    assert len(read("  a | https://a.example/\n  b | https://b.example/", notation.reference).items) == 2


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
    assert only(notation.product_line(told), notation.product) == told


@given(
    told=st.builds(
        Vulnerability,
        title=word.filter(lambda text: text != "-"),
        cve=st.sampled_from(["", "CVE-2026-10001"]),
        cwes=st.sampled_from([(), ("CWE-79",), ("CWE-79", "CWE-89")]),
        scores=st.sampled_from([(), (score("AV:N/AC:L/Au:N/C:N/I:N/A:C"),)]),
        affected=st.one_of(st.none(), st.lists(name, max_size=3).map(tuple)),
        fixed=st.lists(name, max_size=3).map(tuple),
        description=st.builds(Text, ja=plain, en=plain),
    )
)
def test_a_vulnerability_is_read_as_it_was_written(told: Vulnerability) -> None:
    assert only(notation.vulnerability_line(told), notation.vulnerability) == told


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
    assert only(notation.countermeasure_line(told), notation.countermeasure) == told


def test_signatures_keep_bars_and_line_breaks_of_their_patterns() -> None:
    told = (
        Signature(
            type=SignatureType.YARA,
            pattern='rule a {\n  strings: $a = "x|y"\n  condition: $a\n}',
            description="a|b",
        ),
        Signature(
            type=SignatureType.SIGMA,
            pattern="title: x\nlogsource: {product: windows}\ndetection: {a: [b], condition: a}",
        ),
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
    found = read_blocks(f"snort | a\n{RULE}\n===\n\nbad\n===\nyara\nrule", notation.signature)
    assert [(problem.number, problem.place) for problem in found.problems] == [(5, 2), (7, 3)]


@pytest.mark.parametrize("address", ["http://[", "https://[::1", "ftp://example.jp/", "example.jp"])
def test_what_is_no_address_is_a_bad_line(address: str) -> None:
    with pytest.raises(LineError, match="address must begin"):
        notation.reference(line("Vendor", address))


def test_what_the_form_has_no_field_for_is_carried_over() -> None:
    before = secret_content()
    kept = notation.with_kept(Content(title=Text(ja="anew")), before)
    assert kept.title == Text(ja="anew")
    assert (kept.acknowledgements, kept.unmapped) == (before.acknowledgements, before.unmapped)
    assert kept.vulnerabilities == ()
