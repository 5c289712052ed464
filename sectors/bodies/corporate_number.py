"""Corporate numbers (法人番号): thirteen digits, of which the first checks the others."""

import unicodedata

DIGITS = 13


def normalised(typed: str) -> str:
    """Return what was typed with full-width digits made plain, and without spaces and hyphens."""
    plain = unicodedata.normalize("NFKC", typed)
    return "".join(each for each in plain if not each.isspace() and each not in "-‐‑–—−")


def is_valid(number: str) -> bool:
    """Tell whether the first digit is the check digit of the other twelve.

    The formula is that of the ordinance on corporate numbers (法人番号の指定等に関する省令, article 2):
    9 minus the remainder by 9 of the sum of the digits, from the lowest, weighted 1, 2, 1, 2, ...
    """
    if len(number) != DIGITS or not (number.isascii() and number.isdigit()):
        return False
    lowest_first = [int(digit) for digit in reversed(number[1:])]
    weighted = sum(digit * (1 + place % 2) for place, digit in enumerate(lowest_first))
    return int(number[0]) == 9 - weighted % 9
