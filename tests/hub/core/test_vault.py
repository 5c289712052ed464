"""Attacks on sealed values: moved, cut, changed, opened with another key."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.errors import ConfigurationError
from hub.core.vault import KEY_BYTES, Place, SealBrokenError, Vault

VAULT = Vault(bytes(KEY_BYTES))
PLACE = Place(table="advisory", row=UUID(int=7), column="content", revision=3)
PLAIN = b"pump 7 is open"


@given(st.binary(max_size=2000))
def test_what_was_sealed_opens_at_its_place(plain: bytes) -> None:
    assert VAULT.open(VAULT.seal(plain, place=PLACE), place=PLACE) == plain


def test_the_envelope_shows_nothing_and_is_never_the_same() -> None:
    envelopes = {VAULT.seal(PLAIN, place=PLACE) for _ in range(20)}
    assert len(envelopes) == 20
    assert not any(PLAIN in envelope or b"pump" in envelope for envelope in envelopes)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, table="advisory_draft"),
        replace(PLACE, row=UUID(int=8)),
        replace(PLACE, row="7"),
        replace(PLACE, column="title"),
        replace(PLACE, revision=2),
        Place(table="advisory", row=UUID(int=7), column="content"),
    ],
)
def test_a_value_moved_to_another_place_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(SealBrokenError):
        VAULT.open(VAULT.seal(PLAIN, place=PLACE), place=elsewhere)


def test_a_value_does_not_open_with_another_key() -> None:
    with pytest.raises(SealBrokenError):
        Vault(b"\x01" * KEY_BYTES).open(VAULT.seal(PLAIN, place=PLACE), place=PLACE)


@given(st.integers(min_value=0), st.integers(0, 7))
def test_one_flipped_bit_anywhere_breaks_the_seal(at: int, bit: int) -> None:
    sealed = bytearray(VAULT.seal(PLAIN, place=PLACE))
    sealed[at % len(sealed)] ^= 1 << bit
    with pytest.raises(SealBrokenError):
        VAULT.open(bytes(sealed), place=PLACE)


def test_every_truncation_breaks_the_seal() -> None:
    sealed = VAULT.seal(PLAIN, place=PLACE)
    for length in range(len(sealed)):
        with pytest.raises(SealBrokenError):
            VAULT.open(sealed[:length], place=PLACE)


@given(st.binary(max_size=300))
def test_bytes_that_nobody_sealed_are_refused_and_never_quoted(junk: bytes) -> None:
    with pytest.raises(SealBrokenError):
        VAULT.open(VAULT.seal(PLAIN, place=PLACE)[:5] + junk, place=PLACE)
    with pytest.raises(SealBrokenError):
        VAULT.open(junk, place=PLACE)


def test_a_tail_of_another_envelope_does_not_fit() -> None:
    first, second = VAULT.seal(PLAIN, place=PLACE), VAULT.seal(b"x" * len(PLAIN), place=PLACE)
    mixed = {first[:cut] + second[cut:] for cut in range(len(first))}
    for each in mixed - {first, second}:  # where both begin or end alike, a mixture is one of them
        with pytest.raises(SealBrokenError):
            VAULT.open(each, place=PLACE)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ConfigurationError, match="32 bytes"):
        Vault(bytes(length))
