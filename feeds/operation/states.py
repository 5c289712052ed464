"""A period of trial operation (試行運用): it ends with a recorded consultation."""

from enum import StrEnum


class State(StrEnum):
    """Where a period stands."""

    RUNNING = "running"
    FULL = "full"
    EXTENDED = "extended"
    ENDED = "ended"
    BROKEN_OFF = "broken-off"


class Move(StrEnum):
    """What can happen to it; the first three are what a consultation may decide."""

    DECIDE_FULL = "decide on full operation"
    EXTEND = "extend the trial"
    END = "end the trial"
    BREAK_OFF = "break off"


MOVES = {
    (State.RUNNING, Move.DECIDE_FULL): State.FULL,
    (State.RUNNING, Move.EXTEND): State.EXTENDED,
    (State.RUNNING, Move.END): State.ENDED,
    (State.RUNNING, Move.BREAK_OFF): State.BROKEN_OFF,
}
