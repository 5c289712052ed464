"""Every move of a change by two people, from every state."""

import itertools

import pytest

from hub.accounts.staff.states import MOVES, WAITING, Move, State
from hub.core.errors import IllegalMoveError
from hub.core.machine import step


@pytest.mark.parametrize(("state", "move"), list(itertools.product(State, Move)))
def test_a_move_is_in_the_table_or_changes_nothing(state: State, move: Move) -> None:
    if (state, move) in MOVES:
        assert step(MOVES, state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot {move} when {state}"):
            step(MOVES, state, move)


def test_nothing_counts_without_an_approval_and_what_is_over_stays_over() -> None:
    assert [state for (state, move) in MOVES if move is Move.COUNT] == [State.APPROVED]
    assert {state for state, _ in MOVES} == set(WAITING)
