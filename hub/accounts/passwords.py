"""Passwords: what is accepted, and Argon2id around it."""

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

SHORTEST, LONGEST = 12, 1024  # characters after NFKC (OWASP ASVS 4.0.3, 2.1.1 and 2.1.2)
LEAST_LEFT = 6  # characters that no list of common passwords, no keyboard and no name holds
COMMON = frozenset(
    re.findall(
        r"\w+",
        """
        abc abcd admin administrator asdf azerty baseball batman changeme computer default dragon flower
        football freedom guest hello himitsu hub iloveyou ipa jpcert killer letmein login love master michael
        monkey naruto nihon ninja passphrase password pasuwado pokemon princess priority qazwsx root sakura
        secret shadow soccer starwars summer sunshine superman test tokyo trustno user welcome winter
        yuusen zaq
        """,
    )
)
WALKS = ("01234567890", "09876543210", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
SPELT = {"a": "[a4@]", "e": "[e3]", "i": "[i1!]", "o": "[o0]", "s": "[s5$]", "t": "[t7+]"}
SHORTEST_WALK = 3

SALT, HASH = 22, 43  # characters of base64 without padding: 16 and 32 bytes

_hasher = PasswordHasher()
# What is checked for an address that nobody has, so that it takes as long as for a known one: the form of a
# hash, made from no password (one takes 64 MB, which an import should not).
NOBODYS = (
    f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    f"${'A' * SALT}${'A' * HASH}"
)


def problem(password: str, *, email: str, organisation: str = "") -> str | None:
    """Return why a password is not accepted, or None."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        return "Use at least 12 characters"
    if len(plain) > LONGEST:
        return "Use at most 1024 characters"
    own = re.split(r"[\W_]+", f"{email} {unicodedata.normalize('NFKC', organisation)}".casefold())
    if len(set(plain)) < SHORTEST // 3 or len(_unusual(plain.casefold(), own)) < LEAST_LEFT:
        return "This password is too easy to guess"
    return None


def _unusual(plain: str, own: Iterable[str]) -> str:
    """Return what is left without common words in any spelling, keyboard walks and the person's names."""
    words = sorted({*COMMON, *(name for name in own if len(name) >= SHORTEST_WALK)}, key=len, reverse=True)
    spelt = ["".join(SPELT.get(letter, re.escape(letter)) for letter in word) for word in words]
    left = re.sub("|".join(spelt), "", plain)
    for walk in WALKS:
        left = re.sub("|".join(_runs(walk)), "", left)
    return re.sub(r"[\W_]|(.)(?=\1)", "", left) if left.isascii() else left


def _runs(walk: str) -> list[str]:
    lengths = range(len(walk), SHORTEST_WALK - 1, -1)
    return [walk[at : at + length] for length in lengths for at in range(len(walk) - length + 1)]


def hashed(password: str) -> str:
    """Return the Argon2id hash that is stored."""
    return _hasher.hash(unicodedata.normalize("NFKC", password))


def outdated(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than the present ones."""
    return _hasher.check_needs_rehash(stored)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether the password is the stored one; an account without one takes the same time."""
    try:
        _hasher.verify(stored or NOBODYS, unicodedata.normalize("NFKC", password)[:LONGEST])
    except Argon2Error:
        return False
    return stored is not None
