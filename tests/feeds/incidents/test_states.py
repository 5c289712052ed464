import itertools

import pytest

from feeds.incidents.states import MOVES, Kind, Move, State
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


@pytest.mark.parametrize("word", [*State, *Kind])
def test_each_state_and_kind_has_its_word(word: State | Kind) -> None:
    assert word.value in STATES
