"""The life of a change that needs two people: everything about it is in this table."""

from enum import StrEnum

from hub.core.two_people import MOVES, WAITING, Move, State

__all__ = ["MOVES", "WAITING", "Kind", "Move", "State"]


class Kind(StrEnum):
    """What is to happen."""

    OPEN = "open"
    ROLE = "role"
    RETURN = "return"
