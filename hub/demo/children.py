"""The hub's web and worker as child processes, as production runs them; they end with the demo."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from hub.demo.errors import DemoError
from hub.demo.mailserver import LOOPBACK
from hub.demo.place import Place

LIFELINE = Path(__file__).with_name("lifeline.py")
COMMAND = (sys.executable, "-c", "from hub.cli import main; main()")  # what `priority-hub` is
ROOT = Path(__file__).resolve().parents[2]  # where `hub` and `wsgi.py` lie, installed or not
START_LIMIT = 60.0  # seconds until the first page answers
END_LIMIT = 10.0  # seconds from SIGTERM to the end
TAXII_RATE = "100 per second"


@dataclass(frozen=True, slots=True)
class Child:
    """A child process and the file that its output goes to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def must_run(self) -> None:
        """Check that it still runs.

        Raises:
            DemoError: it has ended.

        """
        if self.process.poll() is not None:
            raise DemoError(f"{self.name} ended with {self.process.returncode}; see {self.log}")


def environment(place: Place, *, web_port: int, smtp_port: int) -> dict[str, str]:
    """Return the hub's variables: the demo's instance, its mail server, pages on loopback."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return own | {
        "HUB_INSTANCE": str(place.hub),
        "HUB_BASE_URL": f"http://localhost:{web_port}",
        "HUB_SMTP_HOST": LOOPBACK,
        "HUB_SMTP_PORT": str(smtp_port),
        "HUB_SMTP_TLS": "none",
        "HUB_MAIL_FROM": "priority@hub.example.jp",
        "HUB_TAXII_RATE": TAXII_RATE,
        "TMPDIR": str(place.temporary),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), own.get("PYTHONPATH")))),
    }


@contextmanager
def hub_running(place: Place, env: Mapping[str, str], *, workers: int = 1) -> Iterator[tuple[Child, ...]]:
    """Run web and workers; give them when the first page answers.

    Raises:
        DemoError: one of them ended, or no page answers in time.

    """
    base_url, children = env["HUB_BASE_URL"], list[Child]()
    try:
        web = ["serve", "--bind", f"{LOOPBACK}:{urlsplit(base_url).port}"]
        for number, arguments in enumerate([web, *[["worker"]] * workers]):
            children.append(_started(arguments, place.logs / f"{number}-{arguments[0]}.log", env))
        _wait(children, base_url)
        yield tuple(children)
    finally:
        for child in children:
            child.process.terminate()
        for child in children:
            _see_ended(child.process)


def _started(arguments: list[str], log: Path, env: Mapping[str, str]) -> Child:
    tied = [sys.executable, "-I", str(LIFELINE), str(os.getpid()), *COMMAND, *arguments]
    with log.open("ab") as out:
        process = subprocess.Popen(
            tied, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    return Child(arguments[0], process, log)


def _see_ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(END_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(children: Sequence[Child], base_url: str) -> None:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until:
        for child in children:
            child.must_run()
        try:
            if requests.get(f"{base_url}/sign-in", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise DemoError(f"no page answered at {base_url} within {START_LIMIT:.0f} s; see {children[0].log}")
