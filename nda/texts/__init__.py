"""Sample agreements by version; a text that was sent is never edited, a new one gets a new version."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from hub.core import paper

CURRENT = "sample-1"
LANGUAGES = frozenset({"ja", "en"})
SIGNERS = {
    "ja": ("甲（署名・押印）", "乙（署名・押印）"),
    "en": ("The Provider (signature)", "The Body (signature)"),
}


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


def printed(version: str, language: str, *, at: datetime) -> bytes:
    """Return the text of a version as PDF, with room for two signatures.

    Raises:
        ConfigurationError: this machine has no Japanese font.

    """
    lang = language if language in LANGUAGES else "ja"
    found = blocks(version, lang)
    values = {
        "title": found[0].text,
        "mark": version,
        "foot": version,
        "lang": lang,
        "blocks": [asdict(each) for each in found],
        "signers": SIGNERS[lang],
    }
    return paper.printed("nda.texts", "sample.typ", values, at=at)


def _block(line: str) -> Block:
    marks, _, rest = line.partition(" ")
    return Block(level=len(marks), text=rest) if marks in {"#", "##"} else Block(level=0, text=line)
