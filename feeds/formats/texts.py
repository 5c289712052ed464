"""Texts in two languages, side by side or shortened to a name; and what may stand as a link."""

import re

from feeds.formats.content import Text

_NAME_LENGTH = 120
# A URI with a host name (RFC 3986); what is none is written as text.
_LINK = re.compile(
    r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(?:[/?](?:[\w./?:@!$&'()*+,;=~-]|%[0-9A-Fa-f]{2})*)?(?:#[\w./?:@!$&'()*+,;=~-]*)?",
    re.ASCII,
)


def both(text: Text) -> str:
    """Return a text in both of its languages, Japanese first."""
    return "\n\n".join(part for part in (text.ja, text.en) if part)


def first_line(text: Text) -> str:
    """Return the start of a text, short enough for a name."""
    return text.best().strip().partition("\n")[0][:_NAME_LENGTH] or "…"


def is_link(url: str) -> bool:
    """Tell whether this is an address that formats may carry as a link."""
    return _LINK.fullmatch(url) is not None
