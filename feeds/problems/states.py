"""A problem met in the trial operation."""

from enum import StrEnum


class State(StrEnum):
    """Where it stands."""

    OPEN = "open"
    SOLVED = "solved"


class Move(StrEnum):
    """What can happen to it."""

    SOLVE = "solve"
    OPEN_AGAIN = "open again"


MOVES = {
    (State.OPEN, Move.SOLVE): State.SOLVED,
    (State.SOLVED, Move.OPEN_AGAIN): State.OPEN,
}
