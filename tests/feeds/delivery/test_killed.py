"""Sealers that are killed at any moment: nothing in clear on disk, nothing twice in the series, none lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from feeds.delivery.states import State
from hub.core.db import Database
from hub.core.outbox import Job
from keys.homes import MADE_BY
from tests.conftest import BACKENDS
from tests.support import delivery
from tests.support.advisories import CANARY, NOW
from tests.support.delivery import Seat, World

pytestmark = pytest.mark.endurance

RELEASES = {"ci": 12, "full": 2000}[os.environ.get("HUB_SOAK", "ci")]
ROOT = Path(__file__).parents[3]
SHM = Path("/dev/shm")  # noqa: S108 - where the hub makes its private directories
SEALERS = 2
SECONDS = 20 * RELEASES  # on a busy machine; a tenth of it on a quiet one


@pytest.fixture(params=BACKENDS)
def lasting(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[Database]:
    with delivery.lasting(request.param, tmp_path, f"hub_killed_{worker_id}") as db:
        yield db


@pytest.fixture
def world(lasting: Database, seat: Seat) -> World:
    return delivery.world_on(delivery.hub_on(lasting, seat, lambda: NOW), seat)


@pytest.fixture
def start(world: World, tmp_path: Path) -> Iterator[Callable[[], int]]:
    """Start sealers, whose temporary files go to a folder that the test reads; return a process id."""
    url = world.hub.db.bind.engine.url.render_as_string(hide_password=False)
    arguments = [url, str(world.seat.folder), str(world.seat.port), datetime.now(UTC).isoformat()]
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "tests.feeds.delivery.sealer", *arguments]
    env = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
    started = set[int]()
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:

        def one() -> int:
            assert nursery.stdin
            assert nursery.stdout
            nursery.stdin.write("one\n")
            nursery.stdin.flush()
            started.add(int(nursery.stdout.readline()))
            return max(started)

        yield one
        for process in started:
            kill(process)


def kill(process: int) -> None:
    """Kill a sealer and return when it is gone."""
    with suppress(ProcessLookupError):
        while True:
            os.kill(process, signal.SIGKILL)
            time.sleep(0.001)


def arrived(world: World) -> int:
    return sum(each.state is State.DELIVERED for each in world.copies())


def only_deliveries(world: World) -> None:
    """Forget every job but those that seal."""
    with world.hub.db.transaction() as session:
        session.execute(sa.delete(Job).where(Job.kind.not_in(["copy.seal", "mail.seal"])))


def left_by(processes: set[int]) -> list[Path]:
    """Return the directories in memory that were made by these processes."""
    named = [(MADE_BY.match(path.name), path) for path in SHM.glob("hub-*")]
    return [path for match, path in named if match and int(match[1]) in processes]


def words_in(*folders: Path) -> bytes:
    """Return every byte of every file in these folders."""
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            with suppress(FileNotFoundError):  # a living sealer was faster
                found.append(path.read_bytes() if path.is_file() else b"")
    return b"\0".join(found)


def test_a_sealer_killed_at_any_moment_leaves_no_clear_text_and_no_second_copy(
    world: World, start: Callable[[], int], tmp_path: Path
) -> None:
    for _ in range(RELEASES):
        world.release()
    only_deliveries(world)
    chance = random.Random(11)  # noqa: S311 - when somebody dies, no secret
    sealers, killed = [start() for _ in range(SEALERS)], set[int]()
    end = time.monotonic() + SECONDS
    while (left := RELEASES - arrived(world)) > 0:
        assert time.monotonic() < end, f"{left} copies are left after {len(killed)} kills"
        while RELEASES - arrived(world) == left and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.2))
        oldest = sealers.pop(0)
        kill(oldest)
        killed.add(oldest)
        assert CANARY.encode() not in words_in(world.seat.folder, tmp_path, *left_by(killed))
        sealers.append(start())
    assert len(killed) >= RELEASES / 4
    assert_one_chain(world)
    start()
    while left_by(killed) and time.monotonic() < end:
        time.sleep(0.05)
    assert left_by(killed) == []  # the next one swept what they left


def assert_one_chain(world: World) -> None:
    manifests = world.manifests()
    assert [each["seq"] for each in manifests] == list(range(1, RELEASES + 1))
    hashes = [each["sha256"] for each in manifests]
    assert [each["prev_sha256"] for each in manifests] == ["", *hashes[:-1]]
    assert len({each["tracking_id"] for each in manifests}) == RELEASES
    assert CANARY in str(world.seat.opened(world.seat.power, world.stored()[0]))  # what was looked for
