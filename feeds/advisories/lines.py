r"""The notation of the draft form's lists: one entry a line, its parts between bars.

Indented lines, and empty ones before them, go on with the entry above: so a part may have several lines.
A bar inside a part is written `\|`. Backslashes before a bar are written twice; anywhere else a backslash
is itself, so that a path can be typed as it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote, unquote

T = TypeVar("T")

_BAR = re.compile(r"(?<!\\)(\\*+)\|")  # from the first of the backslashes: else the time is squared
_BLANK = " \t\u3000"
_INDENT = re.compile(r"^(?: {1,2}|\t|\u3000)")
_SEPARATOR = re.compile(r"^={3,}[ \t]*$", re.MULTILINE)
_SAFE = "".join(chr(code) for code in range(32, 127) if chr(code) not in ",;%")


class LineError(Exception):
    """An entry cannot be read; the text says what it lacks, never what it says.

    `detail` is what the library that read it had to say, in its own words.
    """

    def __init__(self, reason: str, *, detail: str = "") -> None:
        super().__init__(reason)
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with which entry, and the line that it begins in; both are counted from 1."""

    number: int
    reason: str
    detail: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Generic[T]):
    """What a text said, each thing with the number of its line, and what could not be read."""

    numbered: tuple[tuple[int, T], ...]
    problems: tuple[Problem, ...]

    @property
    def items(self) -> tuple[T, ...]:
        """Return what was read."""
        return tuple(item for _, item in self.numbered)


def parts(entry: str, most: int) -> tuple[str, ...]:
    """Return the parts of an entry, padded with empty ones to `most`.

    Raises:
        LineError: there are more parts.

    """
    found, after = [""], 0
    for match in _BAR.finditer(entry):
        slashes, inside = divmod(len(match[1]), 2)
        found[-1] += entry[after : match.start()] + "\\" * slashes + "|" * inside
        if not inside:
            found.append("")
        after = match.end()
    found[-1] += entry[after:]
    if len(found) > most:
        raise LineError("Too many parts")
    return tuple([each.strip() for each in found] + [""] * (most - len(found)))


def line(*told: str) -> str:
    """Write the parts of an entry; empty ones at the end are left out."""
    written = [_BAR.sub(r"\1\1\\|", _plain(part)).strip() for part in told]
    while written and not written[-1]:
        written.pop()
    first, *more = " | ".join(written).lstrip().split("\n")
    return "\n".join([first, *(f"  {each}" if each else "" for each in more)])


def read(text: str, one: Callable[[str], T]) -> Read[T]:
    """Read every entry."""
    return _collected(entries(text), one)


def entries(text: str) -> tuple[tuple[int, str], ...]:
    """Return the entries of a list, each with the number of its first line."""
    lines = _plain(text).split("\n")
    first = next((each for each in lines if each.strip()), "")
    margin = first[: len(first) - len(first.lstrip(_BLANK))]
    found: list[tuple[int, list[str]]] = []
    for number, each in enumerate(lines, 1):
        told = each.removeprefix(margin)
        if told.strip() and told[0] not in _BLANK:
            found.append((number, [told]))
        elif found:
            found[-1][1].append(_INDENT.sub("", told))
    return tuple((number, "\n".join(told).rstrip()) for number, told in found)


def read_blocks(text: str, one: Callable[[str], T]) -> Read[T]:
    """Read blocks of several lines, which a line of three or more `=` separates."""
    return _collected(_blocks(_plain(text)), one)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    ends = [(match.start(), match.end() + 1) for match in _SEPARATOR.finditer(text)]
    for end, after in [*ends, (len(text), len(text))]:
        block = text[begin:end]
        if block.strip():
            blank = len(block) - len(block.lstrip("\n"))
            yield text[: begin + blank].count("\n") + 1, block.strip("\n")
        begin = after


def _collected(numbered: Iterable[tuple[int, str]], one: Callable[[str], T]) -> Read[T]:
    found, problems = [], []
    for place, (number, each) in enumerate(numbered, 1):
        try:
            found.append((number, one(each)))
        except LineError as error:
            wrong = Problem(number=number, reason=str(error), detail=error.detail, place=place)
            problems.append(wrong)
    return Read(numbered=tuple(found), problems=tuple(problems))


def listed(text: str, separator: str) -> tuple[str, ...]:
    """Return the words between separators, without empty ones."""
    return tuple(unquote(word.strip()) for word in text.split(separator) if word.strip())


def joined(words: Iterable[str], separator: str) -> str:
    """Write words between separators; a separator inside a word is written as in a web address."""
    return separator.join(quote(word, safe=_SAFE) for word in words)
