"""Passwords: what is accepted, and Argon2id around it."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

SHORTEST, LONGEST = 12, 1024  # characters after NFKC (OWASP ASVS 4.0.3, 2.1.1 and 2.1.2)

_hasher = PasswordHasher()
_nobody = _hasher.hash("nobody's password: checked so that an unknown address takes as long as a known one")


def problem(password: str, *, email: str) -> str | None:
    """Return why a password is not accepted, or None."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        return "Use at least 12 characters"
    if len(plain) > LONGEST:
        return "Use at most 1024 characters"
    if len(set(plain)) < SHORTEST // 3 or email.partition("@")[0].casefold() in plain.casefold():
        return "This password is too easy to guess"
    return None


def hashed(password: str) -> str:
    """Return the Argon2id hash that is stored."""
    return _hasher.hash(unicodedata.normalize("NFKC", password))


def matches(stored: str | None, password: str) -> bool:
    """Tell whether the password is the stored one; an account without one takes the same time."""
    try:
        _hasher.verify(stored or _nobody, unicodedata.normalize("NFKC", password)[:LONGEST])
    except Argon2Error:
        return False
    return stored is not None
