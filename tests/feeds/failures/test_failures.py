"""What can fail, fails: each ends in a state that is told, loses nothing, and is over when the cause is."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from feeds.delivery.states import State
from hub.app import build_app
from hub.core import lanes, outbox
from hub.core.instance import Instance
from hub.core.lanes import Handler, Lanes
from hub.core.outbox import Job
from hub.doctor import hub as doctor
from hub.doctor import machine
from hub.doctor.finding import State as Verdict
from hub.health import exposition
from hub.health.figures import Figures, figures
from tests.conftest import HandedIn
from tests.feeds.collections.tool import Tool
from tests.support.cluster import Cluster
from tests.support.delivery import World, with_mail

pytestmark = pytest.mark.soak

AN_HOUR = timedelta(hours=1)
SECONDS = 30


def told(hub: Instance) -> Figures:
    with hub.db.reading() as session:
        return figures(session, heartbeat_every=timedelta(hours=6), now=hub.clock())


def verdicts(hub: Instance) -> dict[str, Verdict]:
    return {each.name: each.state for each in doctor.judged(told(hub), hub.config, now=hub.clock())}


def exposed(hub: Instance, name: str) -> float:
    lines = exposition.page(hub).decode().splitlines()
    [value] = [line.split()[1] for line in lines if line.startswith(f"priority_hub_{name} ")]
    return float(value)


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@contextmanager
def working(hub: Instance, handlers: Mapping[str, Handler], *, workers: int = 1) -> Iterator[None]:
    """Run workers, all of one name, beside the test."""
    made = [Lanes(hub, handlers, worker="hub-1", number=2) for _ in range(workers)]
    threads = [threading.Thread(target=each.run) for each in made]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for each in made:
            each.stopping = True
        for thread in threads:
            thread.join()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "OUTAGE_PAUSE", 0.1)


def promise(hub: Instance, number: int = 1) -> None:
    with hub.db.transaction() as session:
        for each in range(number):
            outbox.promise(session, "count", now=hub.clock(), each=str(each))


def done(hub: Instance) -> int:
    with hub.db.reading() as session:
        return session.scalar(sa.select(sa.func.count()).where(Job.done_at.is_not(None))) or 0


def nothing(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Be a job that is done at once."""


@pytest.mark.usefixtures("impatient")
def test_a_full_disk_stops_work_and_loses_none_of_it(
    on_disk: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    app = build_app(on_disk, secret_key=b"s" * 32)
    promise(on_disk)
    engine = on_disk.db.bind.engine
    full = {"full": True}

    @sa.event.listens_for(engine, "begin")
    def _limit(connection: sa.Connection) -> None:
        """SQLite's own limit on the pages of its file stands for the end of the disk."""
        most = connection.exec_driver_sql("PRAGMA page_count").scalar_one() if full["full"] else 1 << 30
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    with pytest.raises(sa.exc.OperationalError, match="full"):
        promise(on_disk, 10_000)
    assert told(on_disk).due == 1  # what did not fit is not there by half

    def large(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - a handler's
        with hub.db.transaction() as session:
            outbox.promise(session, "count", now=now, due_at=now + AN_HOUR, each="x" * 200_000)

    with working(on_disk, {"count": large}), caplog.at_level(logging.WARNING):
        until(lambda: "job failed" in caplog.text or "the database" in caplog.text)
        assert app.test_client().get("/readyz").status_code == 200  # it reads on
        full["full"] = False
        with on_disk.db.transaction() as session:
            session.execute(sa.update(Job).where(Job.done_at.is_(None)).values(due_at=on_disk.clock()))
        until(lambda: done(on_disk) == 1)


@pytest.mark.usefixtures("impatient")
def test_a_database_that_is_away_is_told_and_work_goes_on_when_it_is_back(
    on_server: Instance, server: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    app = build_app(on_server, secret_key=b"s" * 32)
    client = app.test_client()
    with working(on_server, {"count": nothing}):
        promise(on_server)
        until(lambda: done(on_server) == 1)
        server.kill()
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").text == "database\n"
        assert exposed(on_server, "database_up") == 0
        assert client.get("/sign-in").status_code in {200, 500}
        until(lambda: "the database does not answer" in caplog.text)
        server.start()
        until(lambda: client.get("/readyz").status_code == 200)
        promise(on_server)
        until(lambda: done(on_server) == 2)
    assert exposed(on_server, "database_up") == 1


def test_after_a_clock_jumped_back_an_hour_nothing_is_lost_and_polls_go_on(
    world: World, clock: HandedIn, app: Flask
) -> None:
    tool = Tool.of(world, world.power, app)
    world.release()
    assert world.work() == 0
    before = tool.objects()
    newest = tool.ask(f"/priority/collections/{tool.sealed}/objects/").headers["X-TAXII-Date-Added-Last"]
    right = clock.now
    clock.now -= AN_HOUR
    assert exposed(world.hub, "clock_behind_seconds") >= 3500
    assert verdicts(world.hub)["clock"] is Verdict.BAD
    world.release()
    world.work()
    clock.now = right
    world.work()
    assert "clock" not in verdicts(world.hub)
    page = tool.ask(f"/priority/collections/{tool.sealed}/objects/?added_after={newest}")
    assert page.json
    assert len(page.json["objects"]) == 1  # stored by a clock that stood before the cursor
    assert len(tool.objects()) == len(before) + 1


def test_without_gpg_deliveries_wait_and_leave_when_it_is_back(world: World, clock: HandedIn) -> None:
    release = world.release()
    hub = replace(world.hub, config=replace(world.hub.config, gpg="/usr/bin/no-such-gpg"))
    assert replace(world, hub=hub).work() > 0
    assert world.copy(release).state is State.PROMISED
    assert world.mailing(release).state is State.PROMISED
    assert machine.gpg(hub.config).state is Verdict.BAD
    assert exposed(world.hub, "outbox_failing_jobs") == 2
    assert verdicts(world.hub)["outbox"] is Verdict.WARNING
    clock.now += AN_HOUR
    assert world.work() == 0
    assert world.copy(release).state is State.DELIVERED
    assert world.mailing(release).state is State.DELIVERED
    assert exposed(world.hub, "outbox_failing_jobs") == 0


def test_a_mail_server_that_refuses_keeps_mail_waiting_and_no_copy(world: World, clock: HandedIn) -> None:
    release = world.release()
    away = with_mail(world.hub, port=1)
    assert replace(world, hub=away).work() == 1
    assert world.copy(release).state is State.DELIVERED
    assert world.mailing(release).state is State.PROMISED
    assert machine.mail(away.config).state is Verdict.BAD
    assert exposed(world.hub, "outbox_failing_jobs") == 1
    clock.now += AN_HOUR
    assert world.work() == 0
    assert world.mailing(release).state is State.DELIVERED
    assert len(world.notices()) == 1


def test_two_workers_of_one_name_do_each_job_once(on_disk: Instance) -> None:
    """A name is a label in the log: a job belongs to the lease, and a lease to one claim."""
    seen: Counter[str] = Counter()

    def count(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - a handler's
        seen[values["each"]] += 1

    promise(on_disk, 60)
    with working(on_disk, {"count": count}, workers=2):
        until(lambda: done(on_disk) == 60)
    assert set(seen.values()) == {1}
    assert len(seen) == 60
    with on_disk.db.reading() as session:
        assert set(session.scalars(sa.select(Job.worker))) == {"hub-1"}
