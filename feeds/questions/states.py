"""The life of a question: everything about it is in this table. A later reply adds to the earlier ones."""

from enum import StrEnum


class State(StrEnum):
    """Where a question stands."""

    ASKED = "asked"
    REPLIED = "replied"


class Move(StrEnum):
    """What can happen to it."""

    REPLY = "reply"


MOVES = {
    (State.ASKED, Move.REPLY): State.REPLIED,
    (State.REPLIED, Move.REPLY): State.REPLIED,
}


class To(StrEnum):
    """Who reads a reply."""

    ASKER = "asker"
    ALL = "all"
