"""Texts of the explanatory pack by version; a text that was handed out is never edited."""

from pathlib import Path

from hub.core.blocks import Block
from hub.core.blocks import blocks as pieces

CURRENT = "pack-1"
VERSIONS = ("pack-1",)  # the oldest first
LANGUAGES = ("ja", "en")


def blocks(version: str, language: str) -> tuple[Block, ...]:
    """Return the text of a version, in pieces; another language than ours is shown in Japanese."""
    return pieces(Path(__file__).parent / f"{version}.{language if language in LANGUAGES else 'ja'}.md")
