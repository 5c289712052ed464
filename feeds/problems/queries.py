"""Look-ups of problems met in the trial operation."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.problems.models import Problem
from feeds.problems.states import State
from hub.core.errors import NotFoundError
from hub.core.vault import Place, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A problem with what was said about it."""

    problem: Problem
    text: str
    solution: str


def problem(session: orm.Session, problem_id: uuid.UUID, *, lock: bool = False) -> Problem:
    """Return one problem.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Problem, problem_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFoundError("no such problem")
    return found


def of_body(session: orm.Session, body_id: uuid.UUID, *, vault: Vault) -> list[Told]:
    """Return a body's problems: the open ones first, then the newest."""
    order = (sa.case((Problem.state == State.OPEN, 0), else_=1), Problem.told_at.desc(), Problem.id)
    found = session.scalars(sa.select(Problem).where(Problem.body_id == body_id).order_by(*order))
    return [opened(each, vault=vault) for each in found]


def opened(found: Problem, *, vault: Vault) -> Told:
    """Return a problem with its texts."""
    text = vault.open(found.text, place=text_place(found.id)).decode()
    sealed = found.solution
    solution = vault.open(sealed, place=solution_place(found.id)).decode() if sealed else ""
    return Told(problem=found, text=text, solution=solution)


def count_open(session: orm.Session, body_id: uuid.UUID | None = None) -> int:
    """Count the problems that are not solved, of one body or of all."""
    count = sa.select(sa.func.count(Problem.id)).where(Problem.state == State.OPEN)
    if body_id is not None:
        count = count.where(Problem.body_id == body_id)
    return session.scalar(count) or 0


def text_place(problem_id: uuid.UUID) -> Place:
    """Return where the text of a problem lives."""
    return Place(table="trial_problem", row=problem_id, column="text")


def solution_place(problem_id: uuid.UUID) -> Place:
    """Return where the text of its solution lives."""
    return Place(table="trial_problem", row=problem_id, column="solution")
