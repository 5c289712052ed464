"""What IPA owes the finder of a matter: everything about it is in this table."""

from enum import StrEnum


class State(StrEnum):
    """Where it stands."""

    NO_REPORT = "no-report"
    TO_TELL = "to-tell"
    TOLD = "told"


class Move(StrEnum):
    """What can happen."""

    NOTE_REPORT = "note a report"
    NOTE_NO_REPORT = "note that there was no report"
    TELL = "tell"


MOVES = {
    (State.NO_REPORT, Move.NOTE_REPORT): State.TO_TELL,
    (State.NO_REPORT, Move.NOTE_NO_REPORT): State.NO_REPORT,
    (State.TO_TELL, Move.NOTE_REPORT): State.TO_TELL,
    (State.TO_TELL, Move.NOTE_NO_REPORT): State.NO_REPORT,
    (State.TO_TELL, Move.TELL): State.TOLD,
}
