"""What can be wrong with the log, and what was looked at."""

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What was done to the log."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    REWRITTEN = "rewritten"  # whole, hashes included, or cut off at its end
    ANCHOR = "anchor"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: of what kind, in which chain at which place, which row of the table."""

    kind: Kind
    says: str
    chain_id: uuid.UUID | None = None
    place: int | None = None
    number: int | None = None
    until: int | None = None  # the last place of a stretch
    day: date | None = None


@dataclass(slots=True, kw_only=True)
class Seen:
    """What was looked at."""

    rows: int = 0
    pending: int = 0
    chains: int = 0
    anchors: int = 0
    signed: int = 0
    witnessed: int = 0
    latest: date | None = None
