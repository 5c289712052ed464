"""A change of a telephone number: it counts only after a second person and a delay."""

from enum import StrEnum


class State(StrEnum):
    """Where a change stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    COUNTING = "counting"
    REFUSED = "refused"


class Move(StrEnum):
    """What can happen to it."""

    APPROVE = "approve"
    COUNT = "count"
    REFUSE = "refuse"


MOVES = {
    (State.PROPOSED, Move.APPROVE): State.APPROVED,
    (State.APPROVED, Move.COUNT): State.COUNTING,
    (State.PROPOSED, Move.REFUSE): State.REFUSED,
    (State.APPROVED, Move.REFUSE): State.REFUSED,
}

OPEN = (State.PROPOSED, State.APPROVED)
