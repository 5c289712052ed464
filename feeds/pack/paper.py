"""The pack as PDF: Japanese, then English, each with the body's details."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache

from feeds.pack.details import HEADING, Details
from feeds.pack.texts import LANGUAGES, blocks
from hub.core import paper
from hub.core.blocks import grouped

FEW = 64  # bodies that are in work at a time
MADE = datetime(2026, 1, 1, tzinfo=UTC)  # stands in the file: the same details give the same bytes


def file_name(version: str) -> str:
    """Return the name of the file."""
    return f"explanatory-{version}.pdf"


@lru_cache(maxsize=FEW)
def printed(version: str, details: Details) -> bytes:
    """Return a version as PDF for one body; made once for all of its contacts.

    Raises:
        IncompleteError: this machine has no Japanese font.

    """
    values = {
        "title": blocks(version, "ja")[0].text,
        "mark": version,
        "foot": f"{version}  {details.body}",
        "parts": [_part(version, language, details) for language in LANGUAGES],
    }
    return paper.printed("feeds.pack", "pack.typ", values, at=MADE)


def _part(version: str, language: str, details: Details) -> dict[str, object]:
    return {
        "lang": language,
        "groups": list(_groups(version, language)),
        "heading": HEADING.best(language),
        "rows": details.rows(language),
    }


def _groups(version: str, language: str) -> Iterator[list[dict[str, object]]]:
    for together in grouped(blocks(version, language)):
        yield [asdict(each) for each in together]
