"""What counts only after a second person and a delay: one life cycle, whatever it is about."""

from datetime import timedelta
from enum import StrEnum

DELAY = timedelta(hours=24)  # from the approval until it counts


class State(StrEnum):
    """Where it stands."""

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

WAITING = (State.PROPOSED, State.APPROVED)
