import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectors.bodies.corporate_number import is_valid, normalised
from tests.support.applications import TAX_AGENCY, corporate_number


def test_the_tax_agencys_own_number_is_valid() -> None:
    assert is_valid(TAX_AGENCY)


def test_full_width_digits_and_hyphens_are_read() -> None:
    assert normalised("7-0000-1205-0002") == TAX_AGENCY
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in TAX_AGENCY)
    assert normalised(f" {full_width} ") == TAX_AGENCY


@pytest.mark.parametrize(
    "typed", ["", "12", "7000012050003", "700001205000", "70000120500022", "7.00001E+12", "abc"]
)
def test_other_numbers_are_not(typed: str) -> None:
    assert not is_valid(normalised(typed))


@given(st.integers(0, 10**12 - 1), st.integers(1, 8))
def test_only_one_check_digit_fits(base: int, other: int) -> None:
    right = corporate_number(base)
    assert is_valid(right)
    wrong = (int(right[0]) - 1 + other) % 9 + 1
    assert not is_valid(f"{wrong}{right[1:]}")
