"""The life of a package: every pair of state and move, and any series of moves."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.dissemination.states import AGAIN, MOVES, TAKEABLE, Move, State
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


@given(st.lists(st.sampled_from(Move)))
def test_what_a_member_has_confirmed_is_never_made_anew_and_what_is_destroyed_never_handed_out(
    moves: list[Move],
) -> None:
    state, confirmed = State.ORDERED, False
    for move in moves:
        if (state, move) not in MOVES:
            continue
        assert not (confirmed and move is Move.ORDER)
        state = step(MOVES, state, move)
        confirmed = confirmed or state is State.REACHED
    assert State.DESTROYED not in TAKEABLE | AGAIN
    assert not confirmed or state in {State.REACHED, State.DESTROYED}


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_word_for_people(state: State) -> None:
    assert state.value in STATES
