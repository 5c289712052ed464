"""The stages of reminding, each done at most once for a notice and a body; and what a call led to."""

from enum import StrEnum


class Stage(StrEnum):
    """Who is reminded; the order is the escalation's."""

    FIRST = "first"
    SECOND = "second"
    DEPUTY = "deputy"
    CALL = "call"


class Outcome(StrEnum):
    """What a telephone call led to."""

    REACHED = "reached"
    NOT_REACHED = "not-reached"
