"""Sample agreements by version; a text that was sent is never edited, a new one gets a new version."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from hub.core import paper
from hub.core.blocks import Block
from hub.core.blocks import blocks as pieces

CURRENT = "sample-2"  # since it: the mark on what members are given (article 6)
LANGUAGES = frozenset({"ja", "en"})
SIGNERS = {
    "ja": ("甲（署名・押印）", "乙（署名・押印）"),
    "en": ("The Provider (signature)", "The Body (signature)"),
}


def blocks(version: str, language: str) -> tuple[Block, ...]:
    """Return the text of a version, in pieces that a page can show."""
    return pieces(Path(__file__).parent / f"{version}.{language if language in LANGUAGES else 'ja'}.md")


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
