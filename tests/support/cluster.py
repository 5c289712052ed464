"""A PostgreSQL server of a test's own, which can be killed and comes back."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from hub.demo.mailserver import LOOPBACK, free_port

START_LIMIT = 60.0  # seconds; after a kill the server reads its log first
OWNER = "postgres" if os.getuid() == 0 else None  # it refuses to run as root


@dataclass
class Cluster:
    """The server: its programs and files, and the process while it runs."""

    programs: Path
    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where its first database is."""
        return f"postgresql://postgres@{LOOPBACK}:{self.port}/postgres"

    def start(self) -> None:
        """Start it and return when it answers."""
        options = ["-c", f"listen_addresses={LOOPBACK}", "-c", "max_connections=200", "-k", str(self.folder)]
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        end = time.monotonic() + START_LIMIT
        while True:
            if (
                self.process is None or self.process.poll() is not None
            ):  # it does not start beside a dying one
                with (self.folder / "log").open("ab") as log:
                    self.process = subprocess.Popen([*command, *options], stdout=log, stderr=log, user=OWNER)
            try:
                with engine.connect():
                    return
            except sa.exc.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """Kill every process of it at once, as a crash of the machine would.

        Each is the leader of a group of its own; the first must not see the others die and mend it.
        """
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        listing = ["ps", "-o", "pid=", "--ppid", str(self.process.pid)]
        for child in subprocess.run(listing, capture_output=True, text=True, check=False).stdout.split():
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        self.process.kill()
        self.process.wait()


def programs() -> Path | None:
    """Return where the server's programs are, or None where they are not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    newest: Sequence[Path] = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return newest[-1].parent if newest else None


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Give an empty, running server, gone afterwards."""
    at = programs()
    assert at, "PostgreSQL's server programs are not installed"
    with tempfile.TemporaryDirectory(prefix="hub-test-", dir="/tmp") as name:  # short, for its socket
        folder = Path(name)
        if OWNER:
            shutil.chown(folder, OWNER)
        made = Cluster(programs=at, folder=folder, port=free_port())
        initdb = [
            str(at / "initdb"),
            "-D",
            str(folder / "data"),
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
        ]
        subprocess.run(initdb, check=True, capture_output=True, user=OWNER, cwd=folder)
        made.start()
        try:
            yield made
        finally:
            assert made.process
            made.process.send_signal(signal.SIGINT)  # a fast shutdown
            made.process.wait()
