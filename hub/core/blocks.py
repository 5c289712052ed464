"""Texts of ours that lie in files by version: headings, paragraphs and points, in pieces to show or print."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

MARKS = {"#": 1, "##": 2}
POINT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading (level 1 or 2), a paragraph (level 0), or a point of a list (level 0 and `point`)."""

    level: int
    text: str
    point: bool = False


@cache
def blocks(path: Path) -> tuple[Block, ...]:
    """Return the pieces of a file, one a line; a file of ours never changes while the program runs."""
    return tuple(_block(line) for line in path.read_text(encoding="utf-8").splitlines() if line)


def grouped(pieces: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
    """Give each heading and paragraph by itself, and the points that follow each other together."""
    for is_point, found in groupby(pieces, key=lambda each: each.point):
        together = tuple(found)
        yield from (together,) if is_point else ((each,) for each in together)


def _block(line: str) -> Block:
    mark, _, rest = line.partition(" ")
    if mark == POINT:
        return Block(level=0, text=rest, point=True)
    return Block(level=MARKS[mark], text=rest) if mark in MARKS else Block(level=0, text=line)
