"""The life of a question; what it was answered with stands in its row, to whom is its state."""

from enum import StrEnum


class State(StrEnum):
    """Where a question stands, and so who sees its answer."""

    OPEN = "open"
    ANSWERED_ONE = "answered-one"
    ANSWERED_ALL = "answered-all"


class Move(StrEnum):
    """What a coordinator can do with it."""

    ANSWER_ONE = "answer one"
    ANSWER_ALL = "answer all"


MOVES = {
    (State.OPEN, Move.ANSWER_ONE): State.ANSWERED_ONE,
    (State.OPEN, Move.ANSWER_ALL): State.ANSWERED_ALL,
}
