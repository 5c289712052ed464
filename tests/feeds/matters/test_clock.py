"""The life of a publication clock, pair by pair."""

import itertools

import pytest

from feeds.formats.clock import ClockStatus
from feeds.matters.states import MOVES, Move
from hub.core.errors import IllegalMoveError
from hub.core.machine import step


@pytest.mark.parametrize(("state", "move"), list(itertools.product(ClockStatus, Move)))
def test_a_move_is_in_the_table_or_changes_nothing(state: ClockStatus, move: Move) -> None:
    if (state, move) in MOVES:
        assert step(MOVES, state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot {move} when {state}"):
            step(MOVES, state, move)


def test_what_is_public_stays_so() -> None:
    assert not [move for state, move in MOVES if state is ClockStatus.ENDED]
