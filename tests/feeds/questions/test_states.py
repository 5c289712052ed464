import itertools

import pytest

from feeds.questions.states import MOVES, Move, State
from hub.core.errors import IllegalMoveError
from hub.core.machine import step
from hub.web.state_words import STATES


@pytest.mark.parametrize(("state", "move"), list(itertools.product(State, Move)))
def test_a_move_is_in_the_table_or_changes_nothing(state: State, move: Move) -> None:
    if (state, move) in MOVES:
        assert step(MOVES, state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot {move} when {state}"):
            step(MOVES, state, move)


@pytest.mark.parametrize("state", State)
def test_each_state_has_its_word(state: State) -> None:
    assert state.value in STATES
