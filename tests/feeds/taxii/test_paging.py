import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.taxii import instants
from feeds.taxii.filters import Match, parse_match
from feeds.taxii.paging import Query, Walk, parse_query
from feeds.taxii.problems import TaxiiError

WALK = Walk(name="objects 1", match=Match(words=("last",)))
POSITION = instants.parse("2026-11-20T01:00:00Z")


def asked(**parameters: str) -> Query:
    return parse_query({name: [text] for name, text in parameters.items()}, walk=WALK, default=100, most=1000)


def refused(**parameters: str) -> None:
    with pytest.raises(TaxiiError) as refusal:
        asked(**parameters)
    assert refusal.value.code == 400


def test_a_page_has_a_default_and_a_maximum_size() -> None:
    assert asked().limit == 100
    assert asked(limit="7").limit == 7
    assert asked(limit="999999999").limit == 1000


@pytest.mark.parametrize(
    "limit", ["", "0", "-1", "+1", "1.0", "1e3", " 1", "1 ", "x", "\x00", "١", "007", "9" * 10, "9" * 5000]
)
def test_a_limit_is_a_whole_number_from_one(limit: str) -> None:
    refused(limit=limit)


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_a_next_gives_back_its_position(position: int) -> None:
    assert asked(next=WALK.next_after(position)).after == position


@given(st.integers(min_value=0, max_value=191))
def test_a_next_with_any_bit_changed_is_refused(bit: int) -> None:
    token = bytearray(base64.urlsafe_b64decode(WALK.next_after(POSITION)))
    token[bit // 8] ^= 1 << bit % 8
    refused(next=base64.urlsafe_b64encode(token).decode())


@pytest.mark.parametrize(
    "text", ["", "x", "A" * 32, "A" * 31 + "=", "=" * 32, "\x00" * 32, "é" * 32, "A" * 10**6]
)
def test_a_next_that_was_never_given_is_refused(text: str) -> None:
    refused(next=text)


def test_a_next_serves_only_the_walk_it_was_made_for() -> None:
    elsewhere = Walk(name="objects 2", match=WALK.match)
    other = Walk(name=WALK.name, match=Match(words=("last",), types=("note",)))
    for walk in (elsewhere, other):
        refused(next=walk.next_after(POSITION))


def test_the_bound_holds_for_a_client_that_drops_added_after_on_the_way() -> None:
    assert asked(next=WALK.next_after(POSITION)).after == POSITION
    assert asked(next=WALK.next_after(POSITION), added_after="2026-11-19T00:00:00Z").after == POSITION


@pytest.mark.parametrize("name", ["limit", "next", "added_after"])
def test_a_parameter_stands_once(name: str) -> None:
    with pytest.raises(TaxiiError, match=f"{name} is malformed"):
        parse_query({name: ["1", "1"]}, walk=WALK, default=1, most=1)


@pytest.mark.parametrize(
    "parameters",
    [
        {"match[id]": [""]},
        {"match[id]": ["note"]},
        {"match[id]": ["note--1"]},
        {"match[id]": ["note--\x00"]},
        {"match[id]": ["note--0c7b1f1f-0a86-4f52-9d2e-52b1a4dbbb4e,"]},
        {"match[type]": ["a"]},
        {"match[type]": ["Note"]},
        {"match[type]": [",".join(["note"] * 201)]},
        {"match[version]": ["newest"]},
        {"match[version]": ["all,last"]},
        {"match[version]": ["2026-11-20"]},
        {"match[version]": [""]},
        {"match[spec_version]": ["two"]},
        {"match[spec_version]": ["2.1\n"]},
        {"match[colour]": ["red"]},
        {"match[]": ["x"]},
        {"match[\n]": ["x"]},
        {"match[type]": ["note", "note"]},
    ],
)
def test_a_malformed_match_is_refused(parameters: dict[str, list[str]]) -> None:
    with pytest.raises(TaxiiError) as refusal:
        parse_match(parameters)
    assert refusal.value.code == 400


def test_the_same_filter_in_another_order_is_the_same_walk() -> None:
    one = parse_match({"match[type]": ["note,sighting"], "match[version]": ["first,last"]})
    other = parse_match({"match[version]": ["last,first"], "match[type]": ["sighting,note,note"]})
    assert one == other
    assert one.digest() == other.digest()
