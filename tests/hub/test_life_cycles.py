"""Every life cycle is one table: each pair of state and move, and the document that is drawn from them."""

import itertools

import pytest

from hub.core.errors import IllegalMoveError
from hub.core.machine import step
from hub.life_cycles import DOCUMENT, LifeCycle, drawn, life_cycles

CYCLES = [pytest.param(each, id=f"{each.module}-{each.name}") for each in life_cycles()]


@pytest.mark.parametrize("cycle", CYCLES)
def test_each_move_from_each_state_is_in_the_table_or_changes_nothing(cycle: LifeCycle) -> None:
    for state, move in itertools.product(cycle.states, cycle.kinds_of_move):
        if (state, move) in cycle.moves:
            assert step(cycle.moves, state, move) in cycle.states
        else:
            with pytest.raises(IllegalMoveError, match=f"cannot {move} when {state}"):
                step(cycle.moves, state, move)


@pytest.mark.parametrize("cycle", CYCLES)
def test_no_move_stands_there_that_nothing_can_make(cycle: LifeCycle) -> None:
    assert {move for _, move in cycle.moves} <= set(cycle.kinds_of_move)
    assert set(cycle.moves.values()) <= set(cycle.states)


def test_the_document_is_what_the_tables_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == drawn(), "run: python -m hub.life_cycles"
