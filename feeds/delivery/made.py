"""What all recipients of a release are given, made once: from the statement that its coordinators signed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from feeds.advisories.statement import Statement, from_canonical
from feeds.delivery import telling
from feeds.formats import stix
from feeds.formats.content import Notice

FEW = 64  # releases that are in work at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The notice, its exact STIX bytes, its CSAF where CSAF can hold it, each sector's text by its code."""

    statement: Statement
    notice: Notice
    bundle: bytes
    sha256: str
    csaf: bytes | None
    notes: Mapping[str, bytes]


@lru_cache(maxsize=FEW)
def made(canonical: bytes, released_at: datetime) -> Made:
    """Make everything from a statement in its canonical form.

    Raises:
        StatementError: the bytes are no statement.

    """
    statement = from_canonical(canonical)
    notice = statement.released(released_at)
    bundle, texts = stix.bundle(notice), notice.content.sector_texts
    return Made(
        statement=statement,
        notice=notice,
        bundle=bundle,
        sha256=hashlib.sha256(bundle).hexdigest(),
        csaf=telling.csaf(notice),
        notes={each.code: stix.sector_note(notice, each, texts[each.code]) for each in statement.sectors},
    )
