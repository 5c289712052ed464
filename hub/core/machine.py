"""State tables: a life cycle is a mapping from (state, move) to the next state, and nothing else."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from hub.core.errors import IllegalMoveError

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=StrEnum)


def step(moves: Mapping[tuple[S, M], S], state: S, move: M) -> S:
    """Return the state that `move` leads to.

    Raises:
        IllegalMoveError: the table has no such move from this state.

    """
    try:
        return moves[state, move]
    except KeyError:
        raise IllegalMoveError(f"cannot {move} when {state}") from None
