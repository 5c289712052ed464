"""Challenges that people type."""

import re
from string import ascii_lowercase, digits

from hypothesis import given
from hypothesis import strategies as st

from keys.challenge import ALPHABET, Answer, check_challenge, digest, make_challenge

KEY = b"k" * 32


def test_a_challenge_has_more_than_128_bits_in_short_groups() -> None:
    made = make_challenge()
    assert re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{6}}", made)
    assert len(made.replace("-", "")) * 5 >= 128
    assert made != make_challenge()


@given(st.sampled_from(["", " ", "-", "－", "\t", "\u3000"]), st.booleans(), st.booleans())
def test_a_person_may_type_it_in_another_way(between: str, lower: bool, wide: bool) -> None:  # noqa: FBT001 - drawn
    made = make_challenge()
    typed = between.join(made.split("-"))
    typed = typed.lower() if lower else typed
    typed = typed.translate({ord(c): ord(c) + 0xFEE0 for c in digits + ascii_lowercase}) if wide else typed
    typed = typed.replace("0", "O").replace("1", "l")
    assert check_challenge(typed, stored=digest(made, key=KEY), key=KEY)


@given(st.text(max_size=40))
def test_nothing_else_passes(typed: str) -> None:
    assert not check_challenge(typed, stored=digest(make_challenge(), key=KEY), key=KEY)


def test_another_key_makes_another_digest() -> None:
    made = make_challenge()
    assert not check_challenge(made, stored=digest(made, key=KEY), key=b"o" * 32)


def test_every_answer_has_a_sentence() -> None:
    assert all(answer.sentence.endswith(".") for answer in Answer)
