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
    TAKE_OVER_IN_TRIAL = "take over in trial operation"
    TAKE_OVER_IN_FULL = "take over in full operation"
    SUSPEND = "suspend"
    PREPARE_AGAIN = "prepare again"
    LEAVE = "leave"


MOVES = {
    (State.PREPARATION, Move.BEGIN_TRIAL): State.TRIAL,
    (State.PREPARATION, Move.TAKE_OVER_IN_TRIAL): State.TRIAL,
    (State.PREPARATION, Move.TAKE_OVER_IN_FULL): State.FULL,
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
