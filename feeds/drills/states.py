"""The life of one delivery of a drill: a sealed copy to a body's tools, or a mail to one contact."""

from enum import StrEnum


class State(StrEnum):
    """Where it stands."""

    PROMISED = "promised"
    HELD = "held"
    DELIVERED = "delivered"
    FETCHED = "fetched"
    OPENED = "opened"
    REFUSED = "refused"
    EXPIRED = "expired"


class Move(StrEnum):
    """What can happen to it."""

    HOLD = "hold"
    DELIVER = "deliver"
    FETCH = "fetch"
    OPEN = "open"
    REFUSE = "refuse"
    EXPIRE = "expire"


MOVES = {
    (State.PROMISED, Move.HOLD): State.HELD,
    (State.PROMISED, Move.DELIVER): State.DELIVERED,
    (State.PROMISED, Move.REFUSE): State.REFUSED,
    (State.PROMISED, Move.EXPIRE): State.EXPIRED,
    (State.HELD, Move.HOLD): State.HELD,
    (State.HELD, Move.DELIVER): State.DELIVERED,
    (State.HELD, Move.REFUSE): State.REFUSED,
    (State.HELD, Move.EXPIRE): State.EXPIRED,
    (State.DELIVERED, Move.FETCH): State.FETCHED,
    (State.DELIVERED, Move.OPEN): State.OPENED,
    (State.FETCHED, Move.OPEN): State.OPENED,
}

WAITING = frozenset({State.PROMISED, State.HELD})
ARRIVED = frozenset({State.DELIVERED, State.FETCHED, State.OPENED})
