"""What the demo tells while it plays: one numbered line a step, with what proved it; and tables."""

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

GREEN, RED, DIM, BOLD, PLAIN = "\033[32m", "\033[31m", "\033[2m", "\033[1m", "\033[0m"


@dataclass(slots=True)
class Transcript:
    """Writes lines; colours only where a person looks at a terminal."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    count: int = 0

    def chapter(self, title: str) -> None:
        """Begin a part of the play."""
        self._write(f"\n{self._in(BOLD, title)}")

    def step(self, who: str, what: str, *, proof: str = "") -> None:
        """Tell one step: who did what, and which outside program proved it."""
        self.count += 1
        proved = self._in(GREEN, f"  ✓ proof by {proof}") if proof else ""
        self._write(f"{self.count:3d}  {who}: {what}{proved}")

    def failed(self, why: str) -> None:
        """Tell what ended the play."""
        self._write(self._in(RED, f"  ✗  {why}"))

    def text(self, lines: str) -> None:
        """Write something as it is, set in."""
        for line in lines.splitlines():
            self._write(f"     {line}".rstrip())

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write a table whose columns line up on a terminal, Japanese included."""
        widths = [max(width(row[column]) for row in (head, *rows)) for column in range(len(head))]
        self._write(self._in(DIM, _line(head, widths)))
        for row in rows:
            self._write(_line(row, widths))

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{PLAIN}" if self.out.isatty() else text

    def _write(self, line: str) -> None:
        print(line, file=self.out, flush=True)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes; East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (most - width(cell)) for cell, most in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
