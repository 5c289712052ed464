"""The life of an agreement (NDA) with an applicant: sample, answer, conclusion, end."""

from enum import StrEnum


class State(StrEnum):
    """Where an agreement stands."""

    SAMPLE_SENT = "sample-sent"
    ANSWERED = "answered"
    REMARKED = "remarked"
    DECLINED = "declined"
    PASSED_ON = "passed-on"
    CONCLUDED = "concluded"
    TERMINATED = "terminated"
    RAN_OUT = "ran-out"


class Move(StrEnum):
    """What can happen to it."""

    ACCEPT_SAMPLE = "accept the sample"
    REMARK = "accept with remarks"
    DECLINE_SAMPLE = "decline the sample"
    REPLY = "reply to the remarks"
    PASS_ON = "pass on to JPCERT/CC"
    SEND_BACK = "send back to IPA"
    CONCLUDE = "conclude"
    TERMINATE = "terminate"
    RUN_OUT = "run out"


MOVES = {
    (State.SAMPLE_SENT, Move.ACCEPT_SAMPLE): State.ANSWERED,
    (State.SAMPLE_SENT, Move.REMARK): State.REMARKED,
    (State.SAMPLE_SENT, Move.DECLINE_SAMPLE): State.DECLINED,
    (State.REMARKED, Move.REPLY): State.SAMPLE_SENT,
    (State.REMARKED, Move.PASS_ON): State.PASSED_ON,
    (State.ANSWERED, Move.PASS_ON): State.PASSED_ON,
    (State.PASSED_ON, Move.SEND_BACK): State.ANSWERED,
    (State.PASSED_ON, Move.CONCLUDE): State.CONCLUDED,
    (State.CONCLUDED, Move.TERMINATE): State.TERMINATED,
    (State.CONCLUDED, Move.RUN_OUT): State.RAN_OUT,
}
