"""The whole hub while its processes and its database are killed and its mail server has moods."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from functools import partial
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from feeds.collections import service as clients
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.series import series_of
from feeds.delivery.states import State
from hub.core import outbox
from hub.core.audit import THE_HUB
from hub.core.db import Database
from hub.core.outbox import Job
from hub.demo.mailserver import delivered, free_port
from hub.migrations.history import upgrade
from sectors.bodies.models import Body
from sectors.certificates import watching
from tests.feeds.endurance.moody import moody_server
from tests.feeds.endurance.nursery import instant
from tests.support import databases, delivery
from tests.support.advisories import Readiness, make_release
from tests.support.cluster import Cluster, cluster
from tests.support.delivery import TOKEN_KEY, Seat, World

pytestmark = pytest.mark.endurance

RELEASES = {"ci": 20, "full": 250}[os.environ.get("HUB_SOAK", "ci")]  # four notices each
SECONDS = 15.0 * RELEASES  # on a machine with much else to do
ROOT = Path(__file__).parents[3]
TAXII = "application/taxii+json;version=2.1"
SEED = 20
UNWELL = 2  # releases that also go to the body whose mailbox is never well


@dataclass
class Children:
    """The processes of the hub, each to be killed and started anew."""

    nursery: "subprocess.Popen[str]"
    living: dict[int, str] = field(default_factory=dict)
    killed: int = 0

    def start(self, what: str) -> None:
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write(f"{what}\n")
        self.nursery.stdin.flush()
        self.living[int(self.nursery.stdout.readline())] = what

    def kill(self, what: str) -> None:
        """Kill the oldest of a kind; that it had ended by itself is a fault."""
        process = next(each for each, kind in self.living.items() if kind == what)
        os.kill(process, 0)
        with suppress(ProcessLookupError):
            while True:
                os.kill(process, signal.SIGKILL)
                time.sleep(0.001)
        del self.living[process]
        self.killed += 1


@contextmanager
def hub_processes(*arguments: str) -> Iterator[Children]:
    command = [sys.executable, "-m", "tests.feeds.endurance.nursery", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:
        children = Children(nursery)
        try:
            yield children
        finally:
            for process in list(children.living):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            assert nursery.stdin
            nursery.stdin.close()


class Tool(threading.Thread):
    """A body's tool: fetches its sealed copies, page by page, whatever happens to the server."""

    def __init__(self, world: World, body: Body, port: int) -> None:
        super().__init__(daemon=True)
        with world.hub.db.transaction() as session:
            client, token = clients.add_client(
                session, body.id, "SIEM", key=TOKEN_KEY, by=THE_HUB, now=world.hub.clock()
            )
            sealed = series_of(session, body.id).sealed_id
        self.url = f"http://localhost:{port}/priority/collections/{sealed}/objects/"
        self.auth = (client.username, token)
        self.seqs: list[int] = []
        self.since = "2000-01-01T00:00:00Z"
        self.failures = 0
        self.over = False

    def run(self) -> None:
        while not self.over:
            with suppress(requests.RequestException):
                self._poll()
            time.sleep(0.2)

    def _poll(self) -> None:
        asked = {"added_after": self.since, "limit": "7"}
        answer = requests.get(self.url, asked, auth=self.auth, headers={"Accept": TAXII}, timeout=5)
        if answer.status_code != 200:
            self.failures += 1
            assert answer.status_code >= 500, answer.text
            return
        objects = answer.json().get("objects", [])
        kept = [next(iter(each["extensions"].values())) for each in objects]
        self.seqs += [each["seq"] for each in kept if "seq" in each]
        self.since = answer.headers.get("X-TAXII-Date-Added-Last", self.since)


@dataclass(frozen=True)
class Store:
    """A database, and what takes it away from the hub for a while."""

    db: Database
    cut: Callable[[], None]


def crash(server: Cluster) -> None:
    """Kill the database with everything that it is doing, and start it again."""
    server.kill()
    server.start()


def lock_sqlite(file: Path, *, seconds: float) -> None:
    """Keep every writer out for a while; SQLite has no process that could be killed."""
    with sqlite3.connect(file, isolation_level=None, timeout=30) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")
    connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = stack.enter_context(databases.sqlite(tmp_path))
            cut = partial(lock_sqlite, tmp_path / "hub.sqlite", seconds=0.5)
        else:
            server = stack.enter_context(cluster())
            url, cut = server.url, partial(crash, server)
            upgrade(url)
        db = databases.database(databases.engine_for(url))
        stack.callback(db.dispose)
        yield Store(db, cut)


def waiting(world: World, *, but: Body) -> int:
    """Count the deliveries that have not arrived, or not begun; the mail to one body never arrives."""
    with world.hub.db.reading() as session:
        releases = sa.select(sa.func.count(Job.id)).where(Job.kind == "release.copies", Job.done_at.is_(None))
        copies = sa.select(sa.func.count(Copy.id)).where(Copy.state != State.DELIVERED)
        mails = sa.select(sa.func.count(Mailing.id)).where(
            Mailing.state != State.DELIVERED, Mailing.body_id != but.id
        )
        return sum(session.scalar(counted) or 0 for counted in (releases, copies, mails))


def arrived(world: World) -> int:
    """Count the deliveries that have arrived."""
    with world.hub.db.reading() as session:
        counts = [
            session.scalar(sa.select(sa.func.count(kind.id)).where(kind.state == State.DELIVERED))
            for kind in (Copy, Mailing)
        ]
    return sum(count or 0 for count in counts)


def test_nothing_is_lost_and_nothing_is_told_falsely(lasting: Store, seat: Seat, tmp_path: Path) -> None:
    begun, port = datetime.now(UTC), free_port()
    world = delivery.world_on(delivery.hub_on(lasting.db, seat, partial(instant, begun)), seat)
    url = lasting.db.bind.engine.url.render_as_string(hide_password=False)
    gas = world.add("ガス協議会", seat.gas, Readiness(sectors=("gas",)))
    sick = world.add("水道協議会", seat.gas, Readiness(sectors=("water",)))
    spare_the_certificates(world)
    chance = random.Random(SEED)  # noqa: S311 - when somebody dies, no secret
    with ExitStack() as stack:
        smtp = stack.enter_context(
            moody_server(tmp_path / "mail", unwell=world.contact(sick).email, seed=SEED)
        )
        children = stack.enter_context(
            hub_processes(url, str(seat.folder), str(smtp), begun.isoformat(), str(port))
        )
        for what in ("worker", "worker", "web"):
            children.start(what)
        tools = [Tool(world, body, port) for body in (world.power, gas)]
        for tool in tools:
            tool.start()
        releasing = Releasing(world, (world.power, gas, sick))
        releasing.start()
        cuts = until_all_arrived(world, children, chance, releasing, cut=lasting.cut, but=sick)
        finished(tools, lambda: all(len(tool.seqs) >= RELEASES for tool in tools))
    assert children.killed >= RELEASES / 3
    assert cuts >= RELEASES / 6
    for tool in tools:
        assert tool.seqs == list(range(1, RELEASES + 1))
    for body in (world.power, gas):
        assert_each_mail_once_or_again_the_same(world, body, tmp_path / "mail")
    assert_states_are_true(world, sick)


def spare_the_certificates(world: World) -> None:
    """Call this day's look at certificates done: those of tests are in other names than their contacts."""
    with world.hub.db.transaction() as session:
        today = world.hub.clock()
        outbox.promise_round(session, watching.NIGHT, every=outbox.DAY, at=today, now=today)
        session.execute(sa.update(Job).where(Job.kind == watching.NIGHT).values(done_at=world.hub.clock()))


class Releasing(threading.Thread):
    """The people, who release one notice after another; while the database is away they wait."""

    def __init__(self, world: World, bodies: tuple[Body, ...]) -> None:
        super().__init__(daemon=True)
        self.world, self.bodies = world, bodies
        self.at_work = threading.Lock()

    def run(self) -> None:
        for number in range(RELEASES):
            to = self.bodies if number < UNWELL else self.bodies[:-1]
            with self.at_work, self.world.hub.db.transaction() as session:
                make_release(session, self.world.cast, *to, now=self.world.hub.clock())
            time.sleep(0.01)  # so that whoever waits for the lock gets it


def until_all_arrived(
    world: World,
    children: Children,
    chance: random.Random,
    releasing: Releasing,
    *,
    cut: Callable[[], None],
    but: Body,
) -> int:
    """Kill and cut, each time that something more has arrived, until all has; return how often it was cut."""
    end, cuts = time.monotonic() + SECONDS, 0
    seen = 0
    while releasing.is_alive() or waiting(world, but=but):
        assert time.monotonic() < end, f"{waiting(world, but=but)} are left after {children.killed} kills"
        time.sleep(chance.uniform(0.05, 0.5))
        if arrived(world) == seen:
            continue
        seen = arrived(world)
        what = chance.choice(["worker", "worker", "web", "database"])
        if what == "database":
            with releasing.at_work:
                cut()
            cuts += 1
        else:
            children.kill(what)
            children.start(what)
    return cuts


def finished(tools: list[Tool], done: Callable[[], bool]) -> None:
    """Let the tools fetch what remains."""
    end = time.monotonic() + 20
    while not done() and time.monotonic() < end:
        time.sleep(0.1)
    for tool in tools:
        tool.over = True
        tool.join()


def assert_each_mail_once_or_again_the_same(world: World, body: Body, folder: Path) -> None:
    raw = [each.file.read_bytes() for each in delivered(folder, world.contact(body).email)]
    mails = [message_from_bytes(each) for each in raw if b"multipart/encrypted" in each]
    notices = [each for each in mails if "[REMINDER]" not in each["Subject"]]  # nobody answers, for hours
    named = Counter((each["Subject"], each["Message-ID"]) for each in notices)
    assert len({message_id for _, message_id in named}) == len(named) == RELEASES


def assert_states_are_true(world: World, sick: Body) -> None:
    with world.hub.db.reading() as session:
        assert outbox.dead_letters(session) == []
        mails = session.scalars(sa.select(Mailing)).all()
        held = [each for each in mails if each.body_id == sick.id]
        assert {each.state for each in held} == {State.PROMISED}  # neither lost nor called sent
        assert all(each.message_id for each in mails if each.body_id != sick.id)
        tried = session.scalars(sa.select(Job).where(Job.kind == "mail.seal", Job.done_at.is_(None))).all()
        assert len(tried) == len(held) == UNWELL
