"""Promised work: a row written in the same transaction as the fact that causes it, done by the worker.

A job is claimed by a lease that is committed before the work starts, so that the job of a dead worker
comes back by itself. Every job may therefore run twice, and is written so that this does no harm. A job
that keeps failing, or whose worker dies each time, becomes a dead letter: it stays visible and can be
tried again, and is never dropped.
"""

import secrets
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base

LEASE = timedelta(minutes=2)  # a worker that lives renews it, however long the job
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 20  # with the pauses above: about four days
DAY = timedelta(days=1)
JST_AHEAD = 9 * 3600  # seconds: a stretch of a day begins at midnight in Japan
DIED = "WorkerDied"  # the problem of a job after which nobody was left to tell another

INSERT: dict[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Job(Base):
    """One promise."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index(
            "ix_job_open",
            "due_at",
            sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        ),
        sa.Index(
            "ix_job_dead",
            "dead_at",
            sqlite_where=sa.text("dead_at IS NOT NULL"),
            postgresql_where=sa.text("dead_at IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str] = mapped_column(sa.String(64))
    key: Mapped[str | None] = mapped_column(sa.String(200), unique=True, comment="a promise made once only")
    values: Mapped[dict[str, str]] = mapped_column(sa.JSON, comment="ids and addresses, never content")
    promised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    worker: Mapped[str | None] = mapped_column(sa.String(100))
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(sa.String(500), comment="why the last attempt failed")
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]


def promise(
    session: orm.Session,
    kind: str,
    *,
    now: datetime,
    key: str | None = None,
    due_at: datetime | None = None,
    **values: str | uuid.UUID,
) -> None:
    """Promise that the worker will do `kind` with `values`, at `due_at` or as soon as it can.

    With a `key` the promise is made once: a second one with the same key changes nothing.
    """
    made = INSERT[session.get_bind().dialect.name](Job)
    job = {
        "kind": kind,
        "key": key,
        "values": {name: str(value) for name, value in values.items()},
        "promised_at": now,
        "due_at": due_at or now,
    }
    session.execute(made.values(job).on_conflict_do_nothing(index_elements=["key"]))


def promise_round(session: orm.Session, kind: str, *, every: timedelta, at: datetime, now: datetime) -> None:
    """Promise work that comes again `every` so often, for `at`: once a stretch, as days begin in Japan."""
    stretch = int((at.timestamp() + JST_AHEAD) // every.total_seconds())
    key = f"{kind}/{every.total_seconds():.0f}/{stretch}"
    promise(session, kind, now=now, key=key, due_at=at)


def hasten(session: orm.Session, kind: str, *, now: datetime, **values: str | uuid.UUID) -> None:
    """Make a promise due now that was put off to a later look; where none is open, promise anew."""
    told = [Job.values[name].as_string() == str(value) for name, value in values.items()]
    waiting = (Job.kind == kind, Job.done_at.is_(None), Job.dead_at.is_(None), *told)
    if session.scalar(sa.select(Job.id).where(*waiting).limit(1)) is None:
        promise(session, kind, now=now, key=None, due_at=None, **values)
        return
    put_off = sa.update(Job).where(*waiting, Job.worker.is_(None), Job.due_at > now)  # not what is at work
    session.execute(put_off.values(due_at=now), execution_options={"synchronize_session": False})


def is_due(session: orm.Session, *, now: datetime, untried: bool = False) -> bool:
    """Tell whether `claim` would look at a job; a read, so that an idle worker keeps no writer waiting."""
    return bool(session.scalar(sa.select(_due(now, untried=untried).exists())))


def claim(session: orm.Session, *, worker: str, now: datetime, untried: bool = False) -> Job | None:
    """Lease the oldest due job and return it, or None; commit before the work starts.

    With `untried`, only a job that nobody has begun yet. A job that was begun MOST_ATTEMPTS times and is
    due again has outlived its worker each time: it is buried here instead of being run.
    """
    while (job := _leased(session, worker=worker, now=now, untried=untried)) is not None:
        if job.attempts <= MOST_ATTEMPTS:
            return job
        job.attempts, job.dead_at, job.problem = MOST_ATTEMPTS, now, DIED
        session.flush()  # so that the next look does not find it
    return None


def _due(now: datetime, *, untried: bool) -> sa.Select[uuid.UUID]:
    due = sa.select(Job.id).where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.due_at <= now)
    return due.where(Job.attempts == 0) if untried else due


def _leased(session: orm.Session, *, worker: str, now: datetime, untried: bool) -> Job | None:
    one = (
        _due(now, untried=untried)
        .order_by(Job.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("one")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    leased = (
        sa.update(Job)
        .where(Job.id == sa.select(one.c.id).scalar_subquery())
        .values(worker=worker, due_at=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job)
    )
    return session.scalars(leased, execution_options={"populate_existing": True}).first()


def renew(session: orm.Session, jobs: Iterable[Job], *, now: datetime) -> None:
    """Lengthen the leases of jobs that are still being done; one that was leased anew is not touched."""
    for job in jobs:
        mine = sa.update(Job).where(Job.id == job.id, Job.attempts == job.attempts, Job.done_at.is_(None))
        session.execute(mine.values(due_at=now + LEASE), execution_options={"synchronize_session": False})
        job.due_at = now + LEASE


def done(session: orm.Session, job_id: uuid.UUID, *, now: datetime) -> None:
    """Mark a job as done."""
    session.execute(sa.update(Job).where(Job.id == job_id).values(done_at=now, dead_at=None, problem=None))


def failed(
    session: orm.Session,
    job_id: uuid.UUID,
    *,
    problem: str,
    now: datetime,
    final: bool = False,
    attempt: int | None = None,
) -> None:
    """Put a job back with a growing pause, or make it a dead letter: after MOST_ATTEMPTS, or if `final`.

    A job that another worker did in the meantime, after the lease of this one, stays done; with `attempt`,
    the count at its claim, one that another is doing now is left to him.
    """
    job = session.get_one(Job, job_id, with_for_update=True)
    if job.done_at is not None or attempt not in {None, job.attempts}:
        return
    job.problem = problem[:500]
    if final or job.attempts >= MOST_ATTEMPTS:
        job.dead_at = now
        return
    pause = min(FIRST_PAUSE * 2 ** (job.attempts - 1), LONGEST_PAUSE)
    jitter = 0.75 + secrets.randbelow(501) / 1000  # so that a recovered server is not met by all at once
    job.due_at = now + pause * jitter


def open_jobs(session: orm.Session) -> int:
    """Count the promises that are neither kept nor dead."""
    count = sa.select(sa.func.count()).where(Job.done_at.is_(None), Job.dead_at.is_(None))
    return session.scalar(count) or 0


def dead_letters(session: orm.Session, *, most: int = 500) -> Sequence[Job]:
    """Return the promises that were given up, the latest first."""
    return session.scalars(
        sa.select(Job).where(Job.dead_at.is_not(None)).order_by(Job.dead_at.desc(), Job.id).limit(most)
    ).all()


def count_dead(session: orm.Session) -> int:
    """Count the promises that were given up."""
    return session.scalar(sa.select(sa.func.count(Job.id)).where(Job.dead_at.is_not(None))) or 0


def revive(
    session: orm.Session, *, now: datetime, job_id: uuid.UUID | None = None, kind: str | None = None
) -> int:
    """Let the worker try dead letters again, one or all of a kind; return how many.

    They begin anew with all their attempts; what is no dead letter (any more) stays as it is.
    """
    wanted = Job.id == job_id if kind is None else Job.kind == kind
    anew = sa.update(Job).where(Job.dead_at.is_not(None), wanted)
    values = {"dead_at": None, "attempts": 0, "due_at": now, "worker": None}
    return len(session.execute(anew.values(values).returning(Job.id)).all())
