"""Several workers on one outbox: every job once while all live, and none lost when they are killed."""

import os
import random
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from subprocess import Popen
from threading import Barrier

import pytest
import sqlalchemy as sa

from hub.core import outbox
from hub.core.audit import Entry
from hub.core.db import Database
from hub.core.outbox import Job
from tests.hub.core.counting import FAST, instant

Start = Callable[..., Popen[str]]
WORKERS = 4


def promise_many(db: Database, number: int, *, speed: int = 1) -> list[uuid.UUID]:
    numbers = [uuid.uuid4() for _ in range(number)]
    with db.transaction() as session:
        for each in numbers:
            outbox.promise(session, "count", now=instant(speed), key=f"count/{each}", number=each)
    return numbers


def counted(db: Database) -> list[uuid.UUID | None]:
    with db.reading() as session:
        return list(session.scalars(sa.select(Entry.subject_id).where(Entry.action == "counted")))


def still_open(db: Database) -> int:
    left = sa.select(sa.func.count()).where(Job.kind == "count", Job.done_at.is_(None))
    with db.reading() as session:
        return session.scalar(left) or 0


def wait_until_empty(db: Database, *, seconds: float, meanwhile: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    while still_open(db):
        assert time.monotonic() < end, f"{still_open(db)} jobs are left"
        meanwhile()


def url_of(db: Database) -> str:
    assert isinstance(db.bind, sa.Engine)
    return db.bind.url.render_as_string(hide_password=False)


def test_threads_that_claim_at_once_get_every_job_exactly_once(lasting: Database) -> None:
    promise_many(lasting, 60)
    together, now = Barrier(WORKERS), instant(1) + timedelta(seconds=1)

    def claim_all(name: int) -> list[uuid.UUID]:
        together.wait()
        got: list[uuid.UUID] = []
        while True:
            with lasting.transaction() as session:
                job = outbox.claim(session, worker=str(name), now=now)
            if job is None:
                return got
            got.append(job.id)

    with ThreadPoolExecutor(WORKERS) as pool:
        shares = list(pool.map(claim_all, range(WORKERS)))
    everything = [job_id for share in shares for job_id in share]
    assert len(everything) == len(set(everything)) == 60


def test_worker_processes_side_by_side_do_every_job_exactly_once(lasting: Database, started: Start) -> None:
    numbers = promise_many(lasting, 60)
    workers = [started("-m", "tests.hub.core.counting", url_of(lasting), "1") for _ in range(2)]
    wait_until_empty(lasting, seconds=30, meanwhile=lambda: time.sleep(0.1))
    for worker in workers:
        worker.terminate()
        assert worker.wait(timeout=10) == 0
    assert sorted(map(str, counted(lasting))) == sorted(map(str, numbers))


@pytest.mark.soak
def test_no_job_is_lost_when_workers_are_killed_again_and_again(lasting: Database, started: Start) -> None:
    number = {"ci": 400, "full": 60_000}[os.environ.get("HUB_SOAK", "ci")]
    numbers = promise_many(lasting, number, speed=FAST)
    program = ("-m", "tests.hub.core.counting", url_of(lasting), str(FAST))
    workers = [started(*program) for _ in range(WORKERS)]
    chance = random.Random(7)  # noqa: S311 - when somebody dies, no secret
    killed = 0

    def kill_the_oldest_amid_work() -> None:
        nonlocal killed
        goal = max(still_open(lasting) - chance.randint(10, 50), 0)
        end = time.monotonic() + 20
        while still_open(lasting) > goal and time.monotonic() < end:
            time.sleep(0.02)
        oldest = workers.pop(0)
        oldest.kill()
        assert oldest.wait() == -9
        killed += 1
        workers.append(started(*program))

    wait_until_empty(lasting, seconds=number, meanwhile=kill_the_oldest_amid_work)
    assert killed > 3
    assert set(counted(lasting)) == set(numbers)  # some twice, as every job may be, and none never


@pytest.mark.soak
def test_a_job_that_kills_every_worker_is_buried_and_stops_nobody_else(
    lasting: Database, started: Start
) -> None:
    attempts = 4
    with lasting.transaction() as session:
        outbox.promise(session, "die", now=instant(FAST) - timedelta(hours=1))
    numbers = promise_many(lasting, 40, speed=FAST)
    program = ("-m", "tests.hub.core.counting", url_of(lasting), str(FAST), "2", str(attempts))
    worker, died = started(*program), 0
    end = time.monotonic() + 120
    while (deadly := only(lasting, "die")).dead_at is None or still_open(lasting):
        assert time.monotonic() < end, f"{died} workers died, {still_open(lasting)} jobs are left"
        if worker.poll() is not None:
            assert worker.returncode == -9
            worker, died = started(*program), died + 1
        time.sleep(0.05)
    assert (died, deadly.attempts, deadly.problem) == (attempts, attempts, outbox.DIED)
    assert set(counted(lasting)) == set(numbers)


def only(db: Database, kind: str) -> Job:
    with db.reading() as session:
        return session.scalars(sa.select(Job).where(Job.kind == kind)).one()
