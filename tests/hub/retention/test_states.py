import itertools

import pytest

from hub.core.errors import IllegalMoveError
from hub.core.machine import step
from hub.retention.states import MOVES, OPEN, Move, State


@pytest.mark.parametrize(("state", "move"), list(itertools.product(State, Move)))
def test_a_move_is_in_the_table_or_changes_nothing(state: State, move: Move) -> None:
    if (state, move) in MOVES:
        assert step(MOVES, state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot {move} when {state}"):
            step(MOVES, state, move)


def test_what_is_held_is_destroyed_by_no_move_and_what_is_over_stays_over() -> None:
    assert MOVES.get((State.HELD, Move.DESTROY)) is None
    assert {state for state, _move in MOVES} == OPEN
