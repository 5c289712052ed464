"""The life of an account: everything about it is in this table."""

from enum import StrEnum


class State(StrEnum):
    """Where an account stands."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class Move(StrEnum):
    """What can happen to it."""

    SET_UP = "set up"
    DISABLE = "disable"
    INVITE_AGAIN = "invite again"


MOVES = {
    (State.INVITED, Move.SET_UP): State.ACTIVE,
    (State.INVITED, Move.DISABLE): State.DISABLED,
    (State.ACTIVE, Move.DISABLE): State.DISABLED,
    (State.ACTIVE, Move.INVITE_AGAIN): State.INVITED,
    (State.DISABLED, Move.INVITE_AGAIN): State.INVITED,
}
