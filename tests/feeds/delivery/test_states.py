"""The life of a delivery, every pair."""

import itertools

import pytest

from feeds.delivery.states import ALARMING, ARRIVED, MOVES, WAITING, Move, State
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
def test_what_arrived_or_ended_never_waits_again(state: State) -> None:
    reached = {after for (before, _), after in MOVES.items() if before is state}
    if state in WAITING:
        assert reached == {State.HELD, State.DELIVERED, State.SUPERSEDED, State.REFUSED, State.ENDED}
    elif state is State.REFUSED:
        assert MOVES[state, Move.SEND_AGAIN] in WAITING  # a person's decision, and nothing else
        assert (reached - {MOVES[state, Move.SEND_AGAIN]}) == {State.OPENED}
    else:
        assert not reached & WAITING
    assert (state in ARRIVED) == (state in {State.DELIVERED, State.OPENED})


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_word_for_people(state: State) -> None:
    assert state.value in STATES
    assert (STATES[state.value][0] == "red") == (state in ALARMING)
