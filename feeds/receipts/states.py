"""The receipt ladder of a notice at one body, from the promise to onward dissemination."""

from collections.abc import Iterable
from enum import StrEnum


class Step(StrEnum):
    """How far a notice has come; the order is the ladder's."""

    PROMISED = "promised"
    HELD = "held"
    REFUSED = "refused"
    BOUNCED = "bounced"
    HANDED_OVER = "handed-over"
    FETCHED = "fetched"
    OPENED = "opened"
    ANSWERED = "responded"
    DISSEMINATED = "disseminated"


class Move(StrEnum):
    """What can happen to it."""

    HOLD = "hold"
    REFUSE = "refuse"
    HAND_OVER = "hand over"
    BOUNCE = "bounce"
    FETCH = "fetch"
    OPEN = "open"
    ANSWER = "answer"
    DISSEMINATE = "disseminate"


class Choice(StrEnum):
    """What a body answers; any but the first tells that somebody works on it."""

    RECEIVED = "received"
    CHECKING = "checking"
    AFFECTED = "affected"
    NOT_AFFECTED = "not-affected"
    FORWARDED = "forwarded"


MOVES = {
    (Step.PROMISED, Move.HOLD): Step.HELD,
    (Step.PROMISED, Move.REFUSE): Step.REFUSED,
    (Step.PROMISED, Move.HAND_OVER): Step.HANDED_OVER,
    (Step.HELD, Move.HOLD): Step.HELD,
    (Step.HELD, Move.REFUSE): Step.REFUSED,
    (Step.HELD, Move.HAND_OVER): Step.HANDED_OVER,
    (Step.REFUSED, Move.HAND_OVER): Step.HANDED_OVER,
    (Step.REFUSED, Move.OPEN): Step.OPENED,
    (Step.HANDED_OVER, Move.BOUNCE): Step.BOUNCED,
    (Step.HANDED_OVER, Move.FETCH): Step.FETCHED,
    (Step.HANDED_OVER, Move.OPEN): Step.OPENED,
    (Step.HANDED_OVER, Move.ANSWER): Step.ANSWERED,
    (Step.BOUNCED, Move.HAND_OVER): Step.HANDED_OVER,
    (Step.BOUNCED, Move.OPEN): Step.OPENED,
    (Step.FETCHED, Move.OPEN): Step.OPENED,
    (Step.FETCHED, Move.ANSWER): Step.ANSWERED,
    (Step.OPENED, Move.ANSWER): Step.ANSWERED,
    (Step.ANSWERED, Move.ANSWER): Step.ANSWERED,
    (Step.ANSWERED, Move.DISSEMINATE): Step.DISSEMINATED,
    (Step.DISSEMINATED, Move.ANSWER): Step.DISSEMINATED,
    (Step.DISSEMINATED, Move.DISSEMINATE): Step.DISSEMINATED,
}

RANK = {step: rank for rank, step in enumerate(Step)}
ANSWERED = frozenset({Step.ANSWERED, Step.DISSEMINATED})


def furthest(steps: Iterable[Step]) -> Step:
    """Return the highest rung that any recipient of a body has reached."""
    return max(steps, key=RANK.__getitem__, default=Step.PROMISED)
