import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.formats.tracking import ALPHABET, RANDOM_BITS, is_tracking_id, new_tracking_id

YEARS = st.integers(1000, 9999)
BITS = st.integers(0, (1 << RANDOM_BITS) - 1)


def test_the_example_of_the_documents_is_a_tracking_id() -> None:
    assert is_tracking_id("PI-2026-7K3QX")


@given(YEARS, BITS)
def test_every_new_id_is_one(year: int, bits: int) -> None:
    assert is_tracking_id(new_tracking_id(year, bits))


@given(st.tuples(YEARS, BITS), st.tuples(YEARS, BITS))
def test_two_matters_never_share_an_id(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (new_tracking_id(*one) == new_tracking_id(*other)) == (one == other)


@given(YEARS, BITS, st.sampled_from(range(3, 13)), st.sampled_from(ALPHABET))
def test_a_mistyped_character_shows(year: int, bits: int, place: int, wrong: str) -> None:
    right = new_tracking_id(year, bits)
    typed = right[:place] + wrong + right[place + 1 :]
    assert is_tracking_id(typed) == (typed == right)


@given(YEARS, BITS, st.sampled_from([3, 4, 5, 8, 9, 10, 11]))
def test_two_swapped_neighbours_show(year: int, bits: int, place: int) -> None:
    right = new_tracking_id(year, bits)
    typed = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert is_tracking_id(typed) == (typed == right)


@pytest.mark.parametrize(
    "text", ["", "PI-2026-7K3Q", "pi-2026-7k3qx", "PI-2026-7K3QX\n", " PI-2026-7K3QX", "PI-２０２６-7K3QX"]
)
def test_another_form_is_no_tracking_id(text: str) -> None:
    assert not is_tracking_id(text)


@pytest.mark.parametrize(("year", "bits"), [(999, 0), (10000, 0), (2026, -1), (2026, 1 << RANDOM_BITS)])
def test_what_does_not_fit_is_refused(year: int, bits: int) -> None:
    with pytest.raises(ValueError, match="four digits and 20 random bits"):
        new_tracking_id(year, bits)
