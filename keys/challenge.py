"""Words that a person types: 140 random bits in groups of four, and how they are checked.

Crockford's base 32 has no letter that looks like a digit. What is typed may be in small letters or in
full-width ones, with or without hyphens and spaces.
"""

import hmac
import secrets
import unicodedata
from enum import StrEnum

from hub.core import tokens

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 7
GROUP = 4  # characters of five bits
ALIKE = str.maketrans("OIL", "011")
PURPOSE = "certificate challenge"


class Answer(StrEnum):
    """What became of a typed challenge. It is returned, not raised, so that a wrong one is counted."""

    RIGHT = "right"
    WRONG = "wrong"
    VOID = "void"

    @property
    def sentence(self) -> str:
        """What to tell the person, in English."""
        return SENTENCES[self]


SENTENCES = {
    Answer.RIGHT: (
        "You have shown that you hold the secret key. Staff will now confirm the fingerprint with you."
    ),
    Answer.WRONG: "This is not the challenge that was sent to you. Type it again.",
    Answer.VOID: "The challenge has expired or was answered wrongly too often. Ask for a new one.",
}


def make_challenge(*, groups: int = GROUPS) -> str:
    """Return a new challenge, such as 7K3Q-X9VT-…: 20 bits a group, at least 128 bits as KEYS asks."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(groups))


def digest(challenge: str, *, key: bytes, purpose: str = PURPOSE) -> bytes:
    """Return what is stored of a challenge, or of what was typed as one."""
    return tokens.digest(_characters(challenge), key=key, purpose=purpose)


def as_made(typed: str) -> str:
    """Return what was typed in the form in which it was made: capital letters in groups of four."""
    plain = _characters(typed)
    return "-".join(plain[place : place + GROUP] for place in range(0, len(plain), GROUP))


def _characters(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).upper().translate(ALIKE)
    return "".join(filter(ALPHABET.__contains__, plain))


def check_challenge(typed: str, *, stored: bytes, key: bytes) -> bool:
    """Tell whether this was the challenge, in a time that does not depend on the answer."""
    return hmac.compare_digest(digest(typed, key=key), stored)
