"""Sample agreements by version; a text that was sent is never edited, a new one gets a new version."""

from dataclasses import dataclass
from pathlib import Path

CURRENT = "sample-1"
LANGUAGES = frozenset({"ja", "en"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading (level 1 or 2) or a paragraph (level 0)."""

    level: int
    text: str


def blocks(version: str, language: str) -> tuple[Block, ...]:
    """Return the text of a version, in pieces that a page can show."""
    path = Path(__file__).parent / f"{version}.{language if language in LANGUAGES else 'ja'}.md"
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_block(line) for line in lines if line)


def _block(line: str) -> Block:
    marks, _, rest = line.partition(" ")
    return Block(level=len(marks), text=rest) if marks in {"#", "##"} else Block(level=0, text=line)
