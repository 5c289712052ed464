"""The life of a publication clock, and that of a merging: everything about them is in these tables."""

from enum import StrEnum

from feeds.formats.content import ClockStatus


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


class MarkKind(StrEnum):
    """By what two matters may be found to be the same."""

    ALIAS = "alias"
    CVE = "cve"
    PRODUCT = "product"


class MergingState(StrEnum):
    """Where the merging of two matters stands; one that recipients of both will notice needs two people."""

    PROPOSED = "proposed"
    DONE = "done"
    DROPPED = "dropped"


class MergingMove(StrEnum):
    """What can happen to a proposed merging."""

    CONFIRM = "confirm"
    DROP = "drop"


MERGING_MOVES = {
    (MergingState.PROPOSED, MergingMove.CONFIRM): MergingState.DONE,
    (MergingState.PROPOSED, MergingMove.DROP): MergingState.DROPPED,
}
