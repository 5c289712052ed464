"""A request for a certificate of destruction, from the letter to its acceptance."""

from enum import StrEnum


class State(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    CALLED_OFF = "called-off"


class Move(StrEnum):
    """What can happen to it."""

    FILE = "file"
    ACCEPT = "accept"
    RETURN = "return"
    CALL_OFF = "call off"


MOVES = {
    (State.REQUESTED, Move.FILE): State.RECEIVED,
    (State.REQUESTED, Move.CALL_OFF): State.CALLED_OFF,
    (State.RECEIVED, Move.ACCEPT): State.ACCEPTED,
    (State.RECEIVED, Move.RETURN): State.REQUESTED,
}

OPEN = (State.REQUESTED, State.RECEIVED)
