"""Jobs side by side in one worker: what fails holds one lane, what runs keeps its lease, a stop is clean."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
import sqlalchemy as sa

from hub.core import outbox
from hub.core.config import Config
from hub.core.db import Database
from hub.core.instance import Instance
from hub.core.lanes import Handler, Lanes
from hub.core.outbox import DIED, LEASE, MOST_ATTEMPTS, Job
from hub.core.vault import Vault
from tests.conftest import HandedIn

SECONDS = 20
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def hub(lasting: Database, clock: HandedIn, tmp_path: Path) -> Instance:
    config = Config(instance=tmp_path, database_url="sqlite://")
    return Instance(config=config, db=lasting, vault=Vault(bytes(32)), token_key=bytes(32), clock=clock)


def promise(hub: Instance, kind: str, number: int = 1) -> None:
    with hub.db.transaction() as session:
        for _ in range(number):
            outbox.promise(session, kind, now=hub.clock())


def jobs(hub: Instance, kind: str) -> list[Job]:
    with hub.db.reading() as session:
        return list(session.scalars(sa.select(Job).where(Job.kind == kind).order_by(Job.due_at)))


def all_done(hub: Instance, kind: str) -> bool:
    return all(job.done_at for job in jobs(hub, kind))


def wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@contextmanager
def running(hub: Instance, number: int, **handlers: Handler) -> Iterator[tuple[Lanes, Thread]]:
    """Run lanes beside the test; they are stopped at its end."""
    lanes = Lanes(hub, handlers, worker="one", number=number)
    beside = Thread(target=lanes.run)
    beside.start()
    try:
        yield lanes, beside
    finally:
        lanes.stopping = True
        beside.join(SECONDS)
        assert not beside.is_alive()


def nothing(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Do a job that needs no work."""


def test_as_many_jobs_run_at_once_as_there_are_lanes(hub: Instance) -> None:
    together = Barrier(3)

    def meet(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - a handler's signature
        together.wait(SECONDS)

    promise(hub, "meet", 6)
    with running(hub, 3, meet=meet):
        wait_for(lambda: all_done(hub, "meet"))
    assert [job.attempts for job in jobs(hub, "meet")] == [1] * 6


def test_jobs_that_fail_slowly_hold_one_lane_and_the_others_go_on(hub: Instance) -> None:
    end = Event()

    def fail(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - a handler's signature
        end.wait(SECONDS)
        raise TimeoutError

    promise(hub, "fail", 5)
    with hub.db.transaction() as session:
        session.execute(sa.update(Job).where(Job.kind == "fail").values(attempts=1))
    promise(hub, "tell", 10)
    with running(hub, 3, fail=fail, tell=nothing):
        wait_for(lambda: all_done(hub, "tell"))
        assert [job.attempts for job in jobs(hub, "fail")].count(2) == 1
        end.set()
        wait_for(lambda: all(job.problem == "TimeoutError" for job in jobs(hub, "fail")))


def test_a_job_keeps_its_lease_as_long_as_it_runs(hub: Instance, clock: HandedIn) -> None:
    begun, end = Event(), Event()

    def be_long(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - a handler's signature
        begun.set()
        end.wait(SECONDS)

    promise(hub, "long")
    with running(hub, 1, long=be_long):
        assert begun.wait(SECONDS)
        for _ in range(3):
            clock.now += LEASE * 0.9
            wait_for(lambda: jobs(hub, "long")[0].due_at == clock.now + LEASE)
            with hub.db.transaction() as session:
                assert outbox.claim(session, worker="two", now=clock.now) is None
        end.set()
        wait_for(lambda: all_done(hub, "long"))
    assert jobs(hub, "long")[0].attempts == 1


def test_told_to_stop_it_finishes_what_was_begun_and_begins_nothing(hub: Instance) -> None:
    begun, end = Barrier(3), Event()

    def be_long(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - a handler's signature
        begun.wait(SECONDS)
        end.wait(SECONDS)

    promise(hub, "long", 4)
    with running(hub, 2, long=be_long) as (lanes, beside):
        begun.wait(SECONDS)
        lanes.stopping = True
        end.set()
        beside.join(SECONDS)
    assert sorted(job.attempts for job in jobs(hub, "long")) == [0, 0, 1, 1]
    assert sum(job.done_at is not None for job in jobs(hub, "long")) == 2


def test_two_workers_of_one_name_do_every_job_once(hub: Instance) -> None:
    promise(hub, "tell", 40)

    def work(_: int) -> int:
        lanes, done = Lanes(hub, {"tell": nothing}, worker="one"), 0
        while lanes.work_one():
            done += 1
        return done

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, range(2))) == 40
    assert {job.attempts for job in jobs(hub, "tell")} == {1}


def test_an_idle_worker_keeps_no_writer_waiting_and_waits_for_none(hub: Instance) -> None:
    lanes = Lanes(hub, {}, worker="one")
    with hub.db.transaction() as session:
        session.execute(sa.update(Job).values(attempts=0))  # somebody writes, for long
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(lanes.work_one).result(timeout=5) is False


def test_a_fault_of_a_lane_ends_the_worker_loudly(hub: Instance, clock: HandedIn) -> None:
    def broken() -> datetime:
        raise ValueError

    clock_less = Instance(
        config=hub.config, db=hub.db, vault=hub.vault, token_key=hub.token_key, clock=broken
    )
    with pytest.raises(ValueError):  # noqa: PT011 - ours
        Lanes(clock_less, {}, worker="one", number=2).run()
    assert clock()


def test_a_job_that_kills_its_worker_each_time_becomes_a_dead_letter(hub: Instance, clock: HandedIn) -> None:
    promise(hub, "deadly")
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with hub.db.transaction() as session:
            job = outbox.claim(session, worker=f"worker {attempt}", now=clock.now)
        assert job
        assert job.attempts == attempt
        clock.now += LEASE  # and nobody was left to tell what happened
    clock.now += A_SECOND
    promise(hub, "tell")
    lanes = Lanes(hub, {"tell": nothing}, worker="last")
    assert lanes.work_one()
    [deadly] = jobs(hub, "deadly")
    assert (deadly.dead_at, deadly.problem, deadly.attempts) == (clock.now, DIED, MOST_ATTEMPTS)
    assert all_done(hub, "tell")
    assert not lanes.work_one()


def test_a_job_that_was_begun_before_is_for_the_first_lane(hub: Instance, clock: HandedIn) -> None:
    promise(hub, "tell")
    with hub.db.transaction() as session:
        assert outbox.claim(session, worker="killed", now=clock.now)
    clock.now += LEASE
    lanes = Lanes(hub, {"tell": nothing}, worker="one")
    assert not lanes.work_one(untried=True)
    assert lanes.work_one()


def test_a_late_failure_leaves_a_job_to_its_new_worker(hub: Instance, clock: HandedIn) -> None:
    promise(hub, "tell")
    with hub.db.transaction() as session:
        slow = outbox.claim(session, worker="one", now=clock.now)
    clock.now += LEASE
    with hub.db.transaction() as session:
        quick = outbox.claim(session, worker="one", now=clock.now)
    assert slow
    assert quick
    with hub.db.transaction() as session:
        outbox.failed(session, slow.id, problem="TimeoutError", now=clock.now, attempt=slow.attempts)
        outbox.renew(session, [slow], now=clock.now + LEASE)
    [job] = jobs(hub, "tell")
    assert (job.due_at, job.problem, job.attempts) == (clock.now + LEASE, None, 2)
