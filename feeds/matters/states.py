"""The lives of a publication clock and of the record of a leak: everything about them is in these tables."""

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


class LeakState(StrEnum):
    """What was decided on a leak; the restriction stands in any case."""

    UNDECIDED = "undecided"
    BROUGHT_FORWARD = "brought-forward"
    NOT_BROUGHT_FORWARD = "not-brought-forward"


class LeakMove(StrEnum):
    """What can be decided on a leak."""

    BRING_FORWARD = "bring forward"
    LEAVE = "leave"


LEAK_MOVES = {
    (LeakState.UNDECIDED, LeakMove.BRING_FORWARD): LeakState.BROUGHT_FORWARD,
    (LeakState.UNDECIDED, LeakMove.LEAVE): LeakState.NOT_BROUGHT_FORWARD,
    (LeakState.NOT_BROUGHT_FORWARD, LeakMove.BRING_FORWARD): LeakState.BROUGHT_FORWARD,
}
