"""The shared tracking ID of a matter: year, four random characters, one check character.

The characters are Crockford's base32 (no I, L, O, U), so that an ID survives a telephone. The check
character is Damm's scheme over GF(32): every single wrong character and every swap of neighbours shows.
It starts at 19, so that the ID of all our examples, PI-2026-7K3QX, is a valid one.
"""

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BITS = 20

_FORM = re.compile(rf"PI-([1-9][0-9]{{3}})-([{ALPHABET}]{{4}})([{ALPHABET}])", re.ASCII)
_YEARS = range(1000, 10000)
_START = 19
_MODULUS = 0b100101  # x^5 + x^2 + 1, irreducible over GF(2)


def new_tracking_id(year: int, random_bits: int) -> str:
    """Write the tracking ID of a matter begun in this year; `random_bits` is 0 up to 2^20 - 1.

    Raises:
        ValueError: the year has not four digits, or there are more bits than 20.

    """
    if year not in _YEARS or not 0 <= random_bits < 1 << RANDOM_BITS:
        raise ValueError("a tracking ID takes a year of four digits and 20 random bits")
    chosen = "".join(ALPHABET[random_bits >> shift & 31] for shift in (15, 10, 5, 0))
    return f"PI-{year}-{chosen}{_check(f'{year}{chosen}')}"


def is_tracking_id(text: str) -> bool:
    """Tell whether the text is a tracking ID in exactly our form with a right check character."""
    found = _FORM.fullmatch(text)
    return found is not None and _check(found[1] + found[2]) == found[3]


def _check(characters: str) -> str:
    state = _START
    for character in characters:
        state = _doubled(state ^ ALPHABET.index(character))
    return ALPHABET[state]


def _doubled(value: int) -> int:
    value <<= 1
    return value ^ _MODULUS if value & 32 else value
