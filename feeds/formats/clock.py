"""The publication clock as every format tells it: how sure the date is, and each move of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.core.clock import rfc3339


class ClockStatus(StrEnum):
    """How sure the publication date is."""

    PLANNED = "planned"
    FIXED = "fixed"
    MOVED = "moved"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMove:
    """One change of a date that recipients had been told; aware UTC."""

    moved_from: datetime
    moved_to: datetime
    reason: str = ""


def plain(moves: Iterable[ClockMove]) -> list[dict[str, str]]:
    """Return moves as plain values for JSON; a reason that is not told is left out."""
    return [
        {
            "moved_from": rfc3339(each.moved_from),
            "moved_to": rfc3339(each.moved_to),
            **({"reason": each.reason} if each.reason else {}),
        }
        for each in moves
    ]
