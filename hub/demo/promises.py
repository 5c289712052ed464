"""Waiting until the worker has kept every promise in the outbox."""

import time
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from hub.core.clock import system_clock
from hub.core.db import Database
from hub.core.outbox import Job
from hub.demo.children import Child
from hub.demo.errors import DemoError

LOOK_EVERY = 0.1  # seconds
TELL_EVERY = 10.0  # seconds
STANDSTILL = 60.0  # seconds without a promise kept


def wait_until_kept(
    db: Database, children: Sequence[Child], *, progress: Callable[[int], None] | None = None
) -> None:
    """Wait until nothing is left to do; work that is due later does not count.

    `progress` is told from time to time how much is left.

    Raises:
        DemoError: work failed, a process ended, or nothing moves any more.

    """
    left, since = -1, time.monotonic()
    told = since
    while (now_left := _left(db)) > 0:
        for child in children:
            child.must_run()
        if now_left != left:
            left, since = now_left, time.monotonic()
        if progress is not None and time.monotonic() - told > TELL_EVERY:
            progress(left)
            told = time.monotonic()
        if time.monotonic() - since > STANDSTILL:
            raise DemoError(f"the worker keeps none of {left} promises any more; see {children[-1].log}")
        time.sleep(LOOK_EVERY)


def _left(db: Database) -> int:
    undone = Job.done_at.is_(None)
    due = sa.or_(Job.attempts > 0, Job.due_at <= system_clock())
    with db.reading() as session:
        failed = session.execute(
            sa.select(Job.kind, Job.problem).where(undone, Job.problem.is_not(None))
        ).first()
        left = session.scalar(sa.select(sa.func.count()).where(undone, due))
    if failed is not None:
        raise DemoError(f"the worker could not do {failed.kind}: {failed.problem}")
    return left or 0
