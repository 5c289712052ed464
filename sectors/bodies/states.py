"""The operation of a sector body: from preparation to trial, full operation and leaving."""

from enum import StrEnum


class State(StrEnum):
    """Where a body stands."""

    PREPARATION = "preparation"
    TRIAL = "trial"
    FULL = "full"
    SUSPENDED = "suspended"
    LEFT = "left"


class Move(StrEnum):
    """What can happen to it."""

    BEGIN_TRIAL = "begin trial"
    BEGIN_FULL = "begin full operation"
    SUSPEND = "suspend"
    PREPARE_AGAIN = "prepare again"
    LEAVE = "leave"


MOVES = {
    (State.PREPARATION, Move.BEGIN_TRIAL): State.TRIAL,
    (State.PREPARATION, Move.LEAVE): State.LEFT,
    (State.TRIAL, Move.BEGIN_FULL): State.FULL,
    (State.TRIAL, Move.SUSPEND): State.SUSPENDED,
    (State.TRIAL, Move.LEAVE): State.LEFT,
    (State.FULL, Move.SUSPEND): State.SUSPENDED,
    (State.FULL, Move.LEAVE): State.LEFT,
    (State.SUSPENDED, Move.PREPARE_AGAIN): State.PREPARATION,
    (State.SUSPENDED, Move.LEAVE): State.LEFT,
}

RECEIVING = frozenset({State.TRIAL, State.FULL})
