"""The life of a change of the worker's file: proposed on a page, signed by two, made by the worker."""

from enum import StrEnum


class State(StrEnum):
    """Where a change stands."""

    PROPOSED = "proposed"
    VOUCHED = "vouched"
    DONE = "done"
    DROPPED = "dropped"


class Move(StrEnum):
    """What can happen to it."""

    VOUCH = "vouch"
    DO = "do"
    DROP = "drop"


MOVES = {
    (State.PROPOSED, Move.VOUCH): State.VOUCHED,
    (State.PROPOSED, Move.DROP): State.DROPPED,
    (State.VOUCHED, Move.DO): State.DONE,
    (State.VOUCHED, Move.DROP): State.DROPPED,
}
