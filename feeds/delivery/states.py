"""The life of one delivery: a sealed copy to a body's tools, or a mail to one contact."""

from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands."""

    PROMISED = "promised"
    HELD = "held"
    DELIVERED = "delivered"
    OPENED = "opened"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    ENDED = "ended"


class Move(StrEnum):
    """What can happen to it."""

    HOLD = "hold"
    DELIVER = "deliver"
    OPEN = "open"
    SUPERSEDE = "supersede"
    REFUSE = "refuse"
    END = "end"
    SEND_AGAIN = "send again"


MOVES = {
    (State.PROMISED, Move.HOLD): State.HELD,
    (State.PROMISED, Move.DELIVER): State.DELIVERED,
    (State.PROMISED, Move.SUPERSEDE): State.SUPERSEDED,
    (State.PROMISED, Move.REFUSE): State.REFUSED,
    (State.PROMISED, Move.END): State.ENDED,
    (State.HELD, Move.HOLD): State.HELD,
    (State.HELD, Move.DELIVER): State.DELIVERED,
    (State.HELD, Move.SUPERSEDE): State.SUPERSEDED,
    (State.HELD, Move.REFUSE): State.REFUSED,
    (State.HELD, Move.END): State.ENDED,
    (State.DELIVERED, Move.OPEN): State.OPENED,
    (State.DELIVERED, Move.REFUSE): State.REFUSED,  # a mail that came back
    (State.REFUSED, Move.SEND_AGAIN): State.PROMISED,
    (State.REFUSED, Move.OPEN): State.OPENED,  # its code tells more than a report of failure
}

WAITING = frozenset({State.PROMISED, State.HELD})
ARRIVED = frozenset({State.DELIVERED, State.OPENED})
ALARMING = frozenset({State.HELD, State.REFUSED})
