"""The life of a certificate, for every pair of state and move."""

import itertools

import pytest

from hub.core.errors import IllegalMoveError
from hub.core.machine import step
from keys.states import LIVE, MOVES, Move, State


@pytest.mark.parametrize(("state", "move"), list(itertools.product(State, Move)))
def test_a_move_is_in_the_table_or_changes_nothing(state: State, move: Move) -> None:
    if (state, move) in MOVES:
        assert step(MOVES, state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot {move} when {state}"):
            step(MOVES, state, move)


def test_nothing_becomes_active_without_possession_and_confirmation() -> None:
    before = {target: {state for (state, _), to in MOVES.items() if to is target} for target in State}
    assert before[State.ACTIVE] == {State.CONFIRMED}
    assert before[State.CONFIRMED] == {State.POSSESSED}
    assert before[State.POSSESSED] == {State.UPLOADED}


def test_a_revoked_key_never_comes_back() -> None:
    assert not [move for state, move in MOVES if state is State.REVOKED]


@pytest.mark.parametrize("state", LIVE)
def test_a_live_certificate_can_always_be_ended(state: State) -> None:
    assert {(state, move) for move in (Move.EXPIRE, Move.REVOKE, Move.REFUSE)} <= set(MOVES)
