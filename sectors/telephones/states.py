"""A change of a telephone number: it counts only after a second person and a delay."""

from hub.core.two_people import MOVES, Move, State
from hub.core.two_people import WAITING as OPEN

__all__ = ["MOVES", "OPEN", "Move", "State"]
