"""The life of a leak's report: everything about it is in this table."""

from enum import StrEnum


class State(StrEnum):
    """Whether it has been decided what follows from a leak."""

    REPORTED = "reported"
    DECIDED = "decided"


class Move(StrEnum):
    """What can happen to a report."""

    DECIDE = "decide"


MOVES = {(State.REPORTED, Move.DECIDE): State.DECIDED}


class LeakKind(StrEnum):
    """What happened: it came to those who may not know it, or the hub or somebody sent it astray."""

    LEAK = "leak"
    MISDELIVERY = "misdelivery"


class Decision(StrEnum):
    """What follows from it; none of these moves the clock by itself."""

    BRING_FORWARD = "bring-forward"
    NOTHING = "nothing"
    OTHER = "other"
