"""Texts in two languages, side by side or shortened to a name."""

from feeds.formats.content import Text

_NAME_LENGTH = 120


def both(text: Text) -> str:
    """Return a text in both of its languages, Japanese first."""
    return "\n\n".join(part for part in (text.ja, text.en) if part)


def first_line(text: Text) -> str:
    """Return the start of a text, short enough for a name."""
    return text.best().strip().partition("\n")[0][:_NAME_LENGTH] or "…"
