"""The lives of advisories and revisions, pair by pair."""

import itertools

import pytest

from feeds.advisories.states import MOVES, OPEN, REVISION_MOVES, Move, RevisionMove, RevisionState, State
from hub.core.errors import IllegalMoveError
from hub.core.machine import step


@pytest.mark.parametrize(("state", "move"), list(itertools.product(State, Move)))
def test_a_move_is_in_the_table_or_changes_nothing(state: State, move: Move) -> None:
    if (state, move) in MOVES:
        assert step(MOVES, state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot {move} when {state}"):
            step(MOVES, state, move)


@pytest.mark.parametrize(("state", "move"), list(itertools.product(RevisionState, RevisionMove)))
def test_a_revisions_move_is_in_the_table_or_changes_nothing(
    state: RevisionState, move: RevisionMove
) -> None:
    if (state, move) in REVISION_MOVES:
        assert step(REVISION_MOVES, state, move) is REVISION_MOVES[state, move]
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot {move} when {state}"):
            step(REVISION_MOVES, state, move)


def test_nothing_released_becomes_a_draft_again() -> None:
    after = {target for (state, _), target in MOVES.items() if state not in {State.DRAFT, State.IN_APPROVAL}}
    assert after == {State.RELEASED, State.LIFTED, State.WITHDRAWN}


def test_only_what_was_submitted_is_released() -> None:
    before = {state for (state, move) in REVISION_MOVES if move is RevisionMove.RELEASE}
    assert before == {RevisionState.IN_APPROVAL}


def test_an_open_revision_can_move_and_a_closed_one_cannot() -> None:
    assert {state for state, _ in REVISION_MOVES} == OPEN
