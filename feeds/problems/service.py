"""What happens to a problem of the trial operation: told, solved, opened again."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories.telling import tell
from feeds.problems import queries
from feeds.problems.models import Problem
from feeds.problems.states import MOVES, Move, State
from hub.accounts.models import Role
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import InputError
from hub.core.machine import step
from hub.core.vault import Vault

LONGEST_TEXT = 4000  # characters


def report(
    session: orm.Session, body_id: uuid.UUID, text: str, *, vault: Vault, by: Actor, now: datetime
) -> Problem:
    """Keep a problem; the coordinators are told that there is one.

    Raises:
        InputError: there is no text, or too much.

    """
    problem_id = uuid.uuid4()
    sealed = vault.seal(_within(text, "text").encode(), place=queries.text_place(problem_id))
    problem = Problem(
        id=problem_id, body_id=body_id, state=State.OPEN, text=sealed, told_at=now, told_by=by.account_id
    )
    session.add(problem)
    session.flush()  # its id goes into the log
    audit.record(session, "problem.told", by=by, subject=problem.id, now=now)
    pages = {Role.COORDINATOR: f"/problems/{problem.id}"}
    tell(session, "problem-told", pages, occasion=str(problem.id), by=by, now=now)
    return problem


def solve(
    session: orm.Session, problem_id: uuid.UUID, solution: str, *, vault: Vault, by: Actor, now: datetime
) -> None:
    """Record how a problem was solved.

    Raises:
        InputError: there is no text, or too much.
        NotFoundError: there is none of this id.
        IllegalMoveError: it is solved already.

    """
    problem = queries.problem(session, problem_id, lock=True)
    written = _within(solution, "solution")
    problem.state = step(MOVES, problem.state, Move.SOLVE)
    problem.solution = vault.seal(written.encode(), place=queries.solution_place(problem.id))
    problem.solved_at, problem.solved_by = now, by.account_id
    audit.record(session, "problem.solved", by=by, subject=problem.id, now=now)


def open_again(session: orm.Session, problem_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Take note that a problem is not solved after all; what was written stays until it is.

    Raises:
        NotFoundError: there is none of this id.
        IllegalMoveError: it is open.

    """
    problem = queries.problem(session, problem_id, lock=True)
    problem.state = step(MOVES, problem.state, Move.OPEN_AGAIN)
    problem.solved_at = problem.solved_by = None
    audit.record(session, "problem.open-again", by=by, subject=problem.id, now=now)


def _within(text: str, field: str) -> str:
    if not text.strip():
        raise InputError({field: "Write what it is about"})
    if len(text) > LONGEST_TEXT:
        raise InputError({field: "Use at most 4,000 characters"})
    return text.strip()
