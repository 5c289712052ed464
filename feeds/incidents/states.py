"""The life of a report of an incident, and what kinds there are."""

from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    LEAK = "leak"
    MISDELIVERY = "misdelivery"
    OTHER = "other"


class State(StrEnum):
    """Where a report stands."""

    OPEN = "open"
    CLOSED = "closed"


class Move(StrEnum):
    """What IPA and the coordinators can do with it."""

    NOTE = "note"
    CLOSE = "close"


MOVES = {
    (State.OPEN, Move.NOTE): State.OPEN,
    (State.OPEN, Move.CLOSE): State.CLOSED,
}
