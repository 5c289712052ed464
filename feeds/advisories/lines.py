r"""The notation of the draft form's lists: one thing a line, its parts between bars.

A bar, a line break or a backslash inside a part is written `\|`, `\n`, `\\`, so that whatever was
imported can be shown, and saved again, without a change.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote, unquote

T = TypeVar("T")

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PIECE = re.compile(r"\\.|\||[^\\|]+|\\$", re.DOTALL)
_SEPARATOR = re.compile(r"^={3,}[ \t]*$", re.MULTILINE)
_SAFE = "".join(chr(code) for code in range(32, 127) if chr(code) not in ",;%")
_WRITTEN = {"\\": "\\\\", "|": "\\|", "\n": "\\n", "\r": ""}


class LineError(Exception):
    """A line cannot be read; the text says what it lacks, never what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with which line, counted from 1."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Generic[T]):
    """What a text said, each thing with the number of its line, and what could not be read."""

    numbered: tuple[tuple[int, T], ...]
    problems: tuple[Problem, ...]

    @property
    def items(self) -> tuple[T, ...]:
        """Return what was read."""
        return tuple(item for _, item in self.numbered)


def parts(line: str, most: int) -> tuple[str, ...]:
    """Return the parts of a line, padded with empty ones to `most`.

    Raises:
        LineError: there are more parts.

    """
    found = [""]
    for piece in _PIECE.findall(line):
        if piece == "|":
            found.append("")
        else:
            found[-1] += piece
    if len(found) > most:
        raise LineError("Too many parts")
    plain = [_ESCAPED.sub(_unescaped, each.strip()) for each in found]
    return tuple(plain + [""] * (most - len(plain)))


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]


def line(*told: str) -> str:
    """Write the parts of a line; empty ones at the end are left out."""
    written = ["".join(_WRITTEN.get(sign, sign) for sign in part) for part in told]
    while written and not written[-1]:
        written.pop()
    return " | ".join(written)


def read(text: str, one: Callable[[str], T]) -> Read[T]:
    """Read every line that is not empty."""
    numbered = ((number, each) for number, each in enumerate(_plain(text).split("\n"), 1) if each.strip())
    return _collected(numbered, one)


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
    for number, each in numbered:
        try:
            found.append((number, one(each)))
        except LineError as error:
            problems.append(Problem(number=number, reason=str(error)))
    return Read(numbered=tuple(found), problems=tuple(problems))


def listed(text: str, separator: str) -> tuple[str, ...]:
    """Return the words between separators, without empty ones."""
    return tuple(unquote(word.strip()) for word in text.split(separator) if word.strip())


def joined(words: Iterable[str], separator: str) -> str:
    """Write words between separators; a separator inside a word is written as in a web address."""
    return separator.join(quote(word, safe=_SAFE) for word in words)
