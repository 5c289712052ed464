"""The life of an application: filed, reviewed for form, returned for correction, decided."""

from enum import StrEnum


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in-review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What can happen to it."""

    SUBMIT = "submit"
    TAKE = "take"
    RETURN = "return"
    RESUBMIT = "resubmit"
    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


MOVES = {
    (State.DRAFT, Move.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Move.TAKE): State.IN_REVIEW,
    (State.SUBMITTED, Move.WITHDRAW): State.WITHDRAWN,
    (State.IN_REVIEW, Move.RETURN): State.RETURNED,
    (State.IN_REVIEW, Move.ACCEPT): State.ACCEPTED,
    (State.IN_REVIEW, Move.REFUSE): State.REFUSED,
    (State.IN_REVIEW, Move.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Move.RESUBMIT): State.SUBMITTED,
    (State.RETURNED, Move.WITHDRAW): State.WITHDRAWN,
}

OPEN = frozenset({State.SUBMITTED, State.IN_REVIEW, State.RETURNED})
