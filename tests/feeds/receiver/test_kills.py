"""Killed at any moment, again and again: no copy is skipped, none is handed on twice, no receipt is lost."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.feeds.receiver.conftest import Pull, program
from tests.feeds.receiver.sender import Sender
from tests.feeds.receiver.shelf import Shelf

pytestmark = pytest.mark.soak

ROUNDS = {"ci": 40, "full": 3000}[os.environ.get("HUB_SOAK", "ci")]
LONGEST = 0.9  # seconds until a kill; a pass takes about half of it
FORKING = """import os, sys
from hub.cli_receiver import pull
print("ready", flush=True)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        os.setsid()
        pull(["--config", line.strip()])
    print(pid, flush=True)
    _, status = os.waitpid(pid, 0)
    print(status, flush=True)
"""


class Passes:
    """Begins passes in processes of their own, with everything imported beforehand."""

    def __init__(self, config: Path) -> None:
        self.config = config
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.parent = subprocess.Popen([sys.executable, "-c", FORKING], text=True, **pipes)  # type: ignore[call-overload]
        assert self._line() == "ready"

    def one(self, *, kill_after: float | None) -> int:
        """Make one pass; return its exit status as the system tells it."""
        self.parent.stdin.write(f"{self.config}\n")
        self.parent.stdin.flush()
        pid = int(self._line())
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while not (status := self._line()).isdigit():  # what the pass itself has told
            continue
        return int(status)

    def _line(self) -> str:
        while True:
            line = str(self.parent.stdout.readline()).strip()
            assert line or self.parent.poll() is None
            if line == "ready" or line.isdigit():
                return line

    def end(self) -> None:
        self.parent.stdin.close()
        self.parent.stdout.close()
        self.parent.wait(10)


@pytest.fixture
def passes(pull: Pull, tmp_path: Path) -> Iterator[Passes]:
    took = str(tmp_path / "took")
    pull(out=f'folder = "out"\ncommand = {program(tmp_path, took)}')  # writes the configuration
    made = Passes(tmp_path / "pull.toml")
    yield made
    made.end()


def made_when(folder: Path) -> dict[str, tuple[int, int]]:
    """Return what would change if a notice were written again."""
    found = {each.name: each.stat() for each in folder.iterdir() if not each.name.startswith(".")}
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found.items()}


def test_kills_at_any_moment_neither_skip_nor_repeat(
    passes: Passes, shelf: Shelf, sender: Sender, tmp_path: Path
) -> None:
    chance = random.Random(5)  # noqa: S311 - the same moments each time
    first_seen, killed = dict[str, tuple[int, int]](), 0
    for number in range(ROUNDS):
        shelf.lay(sender.copy(revision=number + 1))
        if number % 7 == 0:
            shelf.lay(sender.beat())
        killed += passes.one(kill_after=chance.uniform(0, LONGEST)) == signal.SIGKILL
        now = made_when(tmp_path / "out")
        assert {name: now[name] for name in first_seen} == first_seen
        first_seen = now
    assert killed > ROUNDS / 4
    shelf.lay(sender.beat())
    for _ in range(2):
        assert passes.one(kill_after=None) == 0
    assert {name: made_when(tmp_path / "out")[name] for name in first_seen} == first_seen
    assert sorted(int(name.rpartition("s")[2]) for name in made_when(tmp_path / "out")) == list(
        range(1, ROUNDS + 1)
    )
    assert not list((tmp_path / "out").glob(".*"))
    assert not list((tmp_path / "state" / "quarantine").iterdir())
    assert len({each["id"] for each in shelf.given}) == ROUNDS
    must_tell_repeats(tmp_path, set(made_when(tmp_path / "out")))


def must_tell_repeats(folder: Path, names: set[str]) -> None:
    """Check that a program was given every notice, and each again only with a word that it may be one."""
    runs = [json.loads(line) for line in (folder / "took").read_text().splitlines()]
    times = Counter(each["PRIORITY_ID"] for each in runs)
    fresh = Counter(each["PRIORITY_ID"] for each in runs if each["PRIORITY_REPEAT"] == "0")
    assert set(times) == names
    assert max(fresh.values()) == 1
