"""State tables."""

import itertools
from enum import StrEnum

import pytest

from hub.accounts import states as accounts
from hub.core.errors import IllegalMoveError
from hub.core.machine import step


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


class Push(StrEnum):
    SHUT = "shut"
    LOCK = "lock"


MOVES = {(Door.OPEN, Push.SHUT): Door.SHUT, (Door.SHUT, Push.LOCK): Door.LOCKED}


def test_a_move_of_the_table_leads_to_its_state() -> None:
    assert step(MOVES, Door.OPEN, Push.SHUT) is Door.SHUT


@pytest.mark.parametrize(
    ("state", "move"), [(Door.OPEN, Push.LOCK), (Door.SHUT, Push.SHUT), (Door.LOCKED, Push.SHUT)]
)
def test_any_other_move_is_refused_in_a_sentence(state: Door, move: Push) -> None:
    with pytest.raises(IllegalMoveError, match=f"^cannot {move} when {state}$"):
        step(MOVES, state, move)


@pytest.mark.parametrize(("state", "move"), list(itertools.product(accounts.State, accounts.Move)))
def test_an_account_makes_only_the_moves_of_its_table(state: accounts.State, move: accounts.Move) -> None:
    if (state, move) in accounts.MOVES:
        assert step(accounts.MOVES, state, move) is accounts.MOVES[state, move]
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot {move} when {state}"):
            step(accounts.MOVES, state, move)


def test_no_move_makes_a_disabled_account_active_without_a_new_invitation() -> None:
    ways = {after for (state, _), after in accounts.MOVES.items() if state is accounts.State.DISABLED}
    assert ways == {accounts.State.INVITED}
