"""The receipt ladder: every pair of step and move, and what counts as further."""

import itertools

import pytest

from feeds.receipts.states import MOVES, RANK, Choice, Move, Step, furthest
from hub.core.errors import IllegalMoveError
from hub.core.machine import step
from hub.web.state_words import STATES

DOWN = {  # the only ways down: what came back, and an attempt that is made again
    (Step.HANDED_OVER, Move.BOUNCE),
}


@pytest.mark.parametrize(("state", "move"), list(itertools.product(Step, Move)))
def test_a_move_is_in_the_table_or_changes_nothing(state: Step, move: Move) -> None:
    if (state, move) in MOVES:
        assert step(MOVES, state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot {move} when {state}"):
            step(MOVES, state, move)


@pytest.mark.parametrize(("state", "move"), list(MOVES))
def test_no_move_leads_down_the_ladder_but_a_mail_that_comes_back(state: Step, move: Move) -> None:
    assert (RANK[MOVES[state, move]] < RANK[state]) == ((state, move) in DOWN)


@pytest.mark.parametrize(("one", "other"), list(itertools.product(Step, Step)))
def test_the_furthest_recipient_speaks_for_the_body(one: Step, other: Step) -> None:
    assert furthest([one, other]) is furthest([other, one]) in {one, other}
    assert RANK[furthest([one, other])] == max(RANK[one], RANK[other])


def test_a_body_without_recipients_has_what_was_promised() -> None:
    assert furthest([]) is Step.PROMISED


@pytest.mark.parametrize("state", Step)
def test_every_step_has_its_word_for_people(state: Step) -> None:
    assert state.value in STATES


def test_nothing_is_answered_before_it_was_handed_over() -> None:
    answerable = {state for state, move in MOVES if move is Move.ANSWER}
    assert answerable == {state for state in Step if RANK[state] >= RANK[Step.HANDED_OVER]}
    assert len(Choice) == 5
