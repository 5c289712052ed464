"""The package of a notice for a member: ordered, made, taken by the body, received by the member."""

from enum import StrEnum


class State(StrEnum):
    """Where a package stands."""

    ORDERED = "ordered"
    READY = "ready"
    NOT_MADE = "not-made"
    TAKEN = "taken"
    REACHED = "reached"
    DESTROYED = "destroyed"


class Move(StrEnum):
    """What can happen to it."""

    ORDER = "order again"
    MAKE = "make"
    REFUSE = "refuse"
    TAKE = "take"
    CONFIRM = "confirm"
    DESTROY = "destroy"


MOVES = {
    (State.ORDERED, Move.MAKE): State.READY,
    (State.ORDERED, Move.REFUSE): State.NOT_MADE,
    (State.NOT_MADE, Move.ORDER): State.ORDERED,
    (State.READY, Move.ORDER): State.ORDERED,
    (State.READY, Move.TAKE): State.TAKEN,
    (State.READY, Move.CONFIRM): State.REACHED,
    (State.READY, Move.DESTROY): State.DESTROYED,
    (State.TAKEN, Move.ORDER): State.ORDERED,
    (State.TAKEN, Move.TAKE): State.TAKEN,
    (State.TAKEN, Move.CONFIRM): State.REACHED,
    (State.TAKEN, Move.DESTROY): State.DESTROYED,
    (State.REACHED, Move.TAKE): State.REACHED,
    (State.REACHED, Move.DESTROY): State.DESTROYED,
}

TAKEABLE = frozenset(state for state, move in MOVES if move is Move.TAKE)
AGAIN = frozenset(state for state, move in MOVES if move is Move.ORDER)
