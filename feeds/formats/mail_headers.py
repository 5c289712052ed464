"""The headers of our mails as values, and the one place where they become bytes.

Everything is ASCII and folded (RFC 5322, section 2.2.3); words in other scripts are encoded (RFC 2047)
in the subject only, behind its literal ASCII tag. A value with a line break in it is refused.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from hub.core.errors import InputError

_SPACE = b"priority-hub/message-id"
# An encoded word has at most 75 characters, its line at most 76 (RFC 2047, section 2).
_WORD_BYTES = 45
_LINE = 76
# RFC 5322, section 2.1.1, has 998 for the whole line.
_LONGEST = 900
_FORBIDDEN = {"Cc", "Cs", "Zl", "Zp"}
_SPACES = re.compile(" +")

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """The headers of one mail to one recipient; `date` is an aware instant, ids are with their brackets."""

    sender: str
    to: str
    subject: str
    date: datetime
    message_id: str
    list_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()

    def fields(self) -> Fields:
        """Return name and value of every header, ready for the wire but for folding.

        Raises:
            InputError: a value has a control character in it, or an address is not ASCII.

        """
        told = (
            ("From", self.sender),
            ("To", self.to),
            ("Subject", self.subject),
            ("Date", format_datetime(self.date)),
            ("Message-ID", self.message_id),
            ("In-Reply-To", self.in_reply_to),
            ("References", " ".join(self.references)),
            ("List-Id", self.list_id),
            ("Auto-Submitted", "auto-generated"),
        )
        return tuple((name, _safe(name, value)) for name, value in told if value)


def message_id(secret: bytes, *, advisory: str, revision: int, recipient: str, kind: str, domain: str) -> str:
    """Return the Message-ID of this notice to this recipient: the same again for a repeat.

    It is keyed, so that nobody can try out addresses against an id that was seen in clear.
    """
    parts = (advisory, str(revision), recipient, kind)
    told = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    digest = hmac.new(secret, _SPACE + told, hashlib.sha256).hexdigest()[:40]
    return f"<{digest}@{domain}>"


def folded(name: str, value: str) -> str:
    """Return a header as text with CRLF before each continuation line, without the last CRLF."""
    lines = [f"{name}:"]
    readable = "Subject" in (name, value.partition(":")[0])
    for word in _words(value) if readable else value.split(" "):
        if len(lines[-1]) + 1 + len(word) <= _LINE or lines[-1] == f"{name}:":
            lines[-1] += f" {word}"
        else:
            lines.append(f" {word}")
    return "\r\n".join(lines)


def _words(value: str) -> Iterator[str]:
    words = _SPACES.sub(" ", value).split(" ")
    plain = next((n for n, word in enumerate(words) if _must_be_encoded(word)), len(words))
    yield from words[:plain]
    chunk = ""
    for character in " ".join(words[plain:]):
        if len((chunk + character).encode()) > _WORD_BYTES:
            yield _encoded(chunk)
            chunk = ""
        chunk += character
    if chunk:
        yield _encoded(chunk)


def _must_be_encoded(word: str) -> bool:
    return not word.isascii() or word.startswith("=?") or len(word) > _LINE


def _encoded(text: str) -> str:
    return f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def _safe(name: str, value: str) -> str:
    if any(unicodedata.category(character) in _FORBIDDEN for character in value):
        raise InputError({name: "a header holds no line break and no control character"})
    if name != "Subject" and not value.isascii():
        raise InputError({name: "only the subject may have other characters than ASCII"})
    if name != "Subject" and any(len(word) > _LONGEST for word in value.split(" ")):
        raise InputError({name: "longer than a line of a mail may be"})
    return value.strip(" ")
