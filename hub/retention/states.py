"""The life of a destruction: announced, held or carried out; spared when its record is no longer due."""

from enum import StrEnum


class State(StrEnum):
    """Where an announced destruction stands."""

    COMING = "coming"
    HELD = "destruction-held"
    DESTROYED = "destroyed"
    SPARED = "spared"


class Move(StrEnum):
    """What can happen to it."""

    HOLD = "hold"
    LET_GO = "let go"
    DESTROY = "destroy"
    SPARE = "spare"


MOVES = {
    (State.COMING, Move.HOLD): State.HELD,
    (State.HELD, Move.LET_GO): State.COMING,
    (State.COMING, Move.DESTROY): State.DESTROYED,
    (State.COMING, Move.SPARE): State.SPARED,
}

OPEN = frozenset({State.COMING, State.HELD})
