"""What a benchmark says: a table on the terminal, its section of docs/benchmarks.md, the exit code.

Figures are ratios wherever they can be, since times tell of the machine and ratios of the product.
"""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

KEPT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Each section is written by its own command on the machine that it names, and keeps its place. `limit` is
the least that the machine needs for the same work, measured in the same run, turn by turn with the product.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table: what was measured, the most or the least that it may be (None: not judged)."""

    what: str
    seen: float
    target: float | None = None
    least: float | None = None
    unit: str = "x"

    @property
    def missed(self) -> bool:
        """Tell whether it is worse than its target."""
        too_much = self.target is not None and self.seen > self.target
        return too_much or (self.least is not None and self.seen < self.least)

    def cells(self) -> tuple[str, str, str, str]:
        """Return the words of its line."""
        bounds = [("≤", self.target), ("≥", self.least)]
        wanted = ", ".join(f"{sign} {_number(each)} {self.unit}" for sign, each in bounds if each is not None)
        verdict = "" if not wanted else "MISSED" if self.missed else "met"
        return self.what, f"{_number(self.seen)} {self.unit}", wanted or "-", verdict


def conclude(
    name: str, title: str, figures: Sequence[Figure], *, now: datetime, notes: str = "", kept: Path = KEPT
) -> int:
    """Print the table of one benchmark, keep it as its section, and return the process's exit code.

    `name` is what follows `make`; it marks the section, which is replaced as a whole.
    """
    table = _table([figure.cells() for figure in figures])
    print(f"{title}\n\n{table}")  # noqa: T201 - a program's output
    about = f"`make {name}`, {now:%Y-%m-%d}, on {machine()}."
    section = "\n\n".join(part for part in (f"## {title}", about, table, notes.strip()) if part)
    text = kept.read_text(encoding="utf-8") if kept.exists() else HEAD
    kept.write_text(replaced(text, name, section), encoding="utf-8")
    return int(any(figure.missed for figure in figures))


def replaced(text: str, name: str, section: str) -> str:
    """Return the document with this benchmark's section in its old place, or at the end."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    marked = f"{begin}\n{section}\n{end}"
    present = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if present.search(text):
        return present.sub(lambda _: marked, text)
    return f"{text.rstrip()}\n\n{marked}\n"


def machine() -> str:
    """Return what a reader must know of this machine: processor, cores, system, Python, how busy it was."""
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores of {_processor()}, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load {busy:.1f}"
    )


def _processor() -> str:
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or "an unnamed processor"
    named = re.search(r"^model name\s*: (.+)$", described, re.MULTILINE)
    return named[1].strip() if named else "an unnamed processor"


def _table(rows: Sequence[tuple[str, str, str, str]]) -> str:
    head = ("measured", "seen", "target", "")
    lines = [head, ("---", "---:", "---:", "---"), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
