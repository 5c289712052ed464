"""The life of a publication clock: everything about it is in this table."""

from enum import StrEnum

from feeds.formats.clock import ClockStatus


class Move(StrEnum):
    """What can happen to a publication date."""

    PLAN = "plan"
    FIX = "fix"
    MOVE = "move"
    END = "end"


MOVES = {
    (ClockStatus.PLANNED, Move.PLAN): ClockStatus.PLANNED,
    (ClockStatus.PLANNED, Move.FIX): ClockStatus.FIXED,
    (ClockStatus.FIXED, Move.MOVE): ClockStatus.MOVED,
    (ClockStatus.MOVED, Move.MOVE): ClockStatus.MOVED,
    (ClockStatus.FIXED, Move.END): ClockStatus.ENDED,
    (ClockStatus.MOVED, Move.END): ClockStatus.ENDED,
}
