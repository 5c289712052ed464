"""A certificate's life, from upload to its end."""

from enum import StrEnum


class State(StrEnum):
    """Where a certificate stands; only an active one is sealed to (all but its own challenge)."""

    UPLOADED = "uploaded"
    POSSESSED = "possessed"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REFUSED = "refused"


class Move(StrEnum):
    """What can happen to it."""

    ANSWER = "answer"
    CONFIRM = "confirm"
    ACTIVATE = "activate"
    SUPERSEDE = "supersede"
    EXPIRE = "expire"
    REVOKE = "revoke"
    REFUSE = "refuse"
    BEGIN_AGAIN = "begin again"


LIVE = (State.UPLOADED, State.POSSESSED, State.CONFIRMED, State.ACTIVE)

MOVES = {
    (State.UPLOADED, Move.ANSWER): State.POSSESSED,
    (State.POSSESSED, Move.CONFIRM): State.CONFIRMED,
    (State.CONFIRMED, Move.ACTIVATE): State.ACTIVE,
    (State.ACTIVE, Move.SUPERSEDE): State.SUPERSEDED,
    (State.UPLOADED, Move.EXPIRE): State.EXPIRED,
    (State.POSSESSED, Move.EXPIRE): State.EXPIRED,
    (State.CONFIRMED, Move.EXPIRE): State.EXPIRED,
    (State.ACTIVE, Move.EXPIRE): State.EXPIRED,
    (State.UPLOADED, Move.REVOKE): State.REVOKED,
    (State.POSSESSED, Move.REVOKE): State.REVOKED,
    (State.CONFIRMED, Move.REVOKE): State.REVOKED,
    (State.ACTIVE, Move.REVOKE): State.REVOKED,
    (State.SUPERSEDED, Move.REVOKE): State.REVOKED,
    (State.UPLOADED, Move.REFUSE): State.REFUSED,
    (State.POSSESSED, Move.REFUSE): State.REFUSED,
    (State.CONFIRMED, Move.REFUSE): State.REFUSED,
    (State.ACTIVE, Move.REFUSE): State.REFUSED,
    # the same key again, with a new expiry date or repaired: all proofs anew
    (State.SUPERSEDED, Move.BEGIN_AGAIN): State.UPLOADED,
    (State.EXPIRED, Move.BEGIN_AGAIN): State.UPLOADED,
    (State.REFUSED, Move.BEGIN_AGAIN): State.UPLOADED,
}
