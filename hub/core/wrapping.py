"""Lines of plain mail: Japanese and Latin text broken by what it takes on a screen, never against kinsoku."""

import re
import unicodedata
from collections.abc import Iterator

WIDTH = 72  # columns; a Japanese character takes two
WORD = re.compile(r" +|[!-~]+|.")  # an address or a word of Latin letters stays whole
NEVER_FIRST = frozenset("、。，．・：；？！）」』】〕〉》％ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々")
NEVER_LAST = frozenset("（「『【〔〈《")


def wrapped(text: str) -> str:
    """Return a text in which no line is wider than WIDTH, but for words that are."""
    return "\n".join(part for line in text.split("\n") for part in _lines(line))


def columns(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)


def _lines(line: str) -> Iterator[str]:
    begun = ""
    for unit in _units(line):
        if begun and columns((begun + unit).rstrip()) > WIDTH:
            yield begun.rstrip()
            begun = unit.lstrip()
        else:
            begun += unit
    yield begun.rstrip()


def _units(line: str) -> Iterator[str]:
    """Yield what may not be broken: words and characters, with the marks that cling to them."""
    held = ""
    for word in WORD.findall(line):
        if held and word[0] not in NEVER_FIRST and held[-1] not in NEVER_LAST:
            yield held
            held = ""
        held += word
    yield held
