"""The life of an agreement (NDA) with an applicant: sample, answer, conclusion, end."""

from enum import StrEnum


class State(StrEnum):
    """Where an agreement stands."""

    SAMPLE_SENT = "sample-sent"
    ANSWERED = "answered"
    DECLINED = "declined"
    PASSED_ON = "passed-on"
    CONCLUDED = "concluded"
    TERMINATED = "terminated"


class Move(StrEnum):
    """What can happen to it."""

    ACCEPT_SAMPLE = "accept the sample"
    DECLINE_SAMPLE = "decline the sample"
    PASS_ON = "pass on to JPCERT/CC"
    SEND_BACK = "send back to IPA"
    CONCLUDE = "conclude"
    TERMINATE = "terminate"


MOVES = {
    (State.SAMPLE_SENT, Move.ACCEPT_SAMPLE): State.ANSWERED,
    (State.SAMPLE_SENT, Move.DECLINE_SAMPLE): State.DECLINED,
    (State.ANSWERED, Move.PASS_ON): State.PASSED_ON,
    (State.PASSED_ON, Move.SEND_BACK): State.ANSWERED,
    (State.PASSED_ON, Move.CONCLUDE): State.CONCLUDED,
    (State.CONCLUDED, Move.TERMINATE): State.TERMINATED,
}
