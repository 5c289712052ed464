"""gunicorn as `priority-hub serve` starts it, on a free port, for the length of a benchmark."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.cli import WEB_MEMORY, WEB_THREADS
from hub.demo.mailserver import free_port
from tests.bench.http_loop import connected

START_LIMIT = 60.0  # seconds
WORKERS = 2  # the default of `priority-hub serve`
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server."""

    port: int
    pid: int

    def most_memory(self) -> list[float]:
        """Return the peak of resident memory of each web process, in MB."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        return [_peak(child) for child in children]


def _peak(pid: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [line] = [each for each in status.splitlines() if each.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


@contextmanager
def serving(
    application: str,
    environment: Mapping[str, str],
    *,
    python: str = sys.executable,
    port: int | None = None,
    log: Path = Path(os.devnull),
) -> Iterator[Server]:
    """Serve an application on loopback; what its processes log goes to a file."""
    port = port or free_port()
    gunicorn = [python, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    gunicorn += ["--worker-class", "gthread", "--threads", str(WEB_THREADS), "--log-level", "critical"]
    with log.open("a") as told:
        process = subprocess.Popen(
            [*gunicorn, "--keep-alive", "30", application],
            env={**WEB_MEMORY, **os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdout=subprocess.DEVNULL,
            stderr=told,
        )
    try:
        _wait(port)
        yield Server(port=port, pid=process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    end = time.monotonic() + START_LIMIT
    while True:
        try:
            connected(port).socket.close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            time.sleep(5)  # each process imports the application after the socket is there
            return
