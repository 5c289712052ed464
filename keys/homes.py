"""GnuPG homes: private throw-away directories, short names for long paths, agents that end.

A directory made here lies in memory (tmpfs) where the system has it, with mode 0700. Its name tells the
process that made it, so that `sweep` knows what a killed one left. A child process is started with a list
of arguments, an absolute program and a time limit; never through a shell.
"""

import atexit
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - tmpfs; what is made in it has mode 0700 and a random name
SHORT = Path("/tmp")  # noqa: S108 - likewise; the place of a symbolic link only
LONGEST_HOME = 80  # a socket's path ends at 107 characters (unix(7)); its name takes up to 20
MADE_BY = re.compile(r"hub-(\d+)-")
TIME_LIMIT = 10.0  # seconds
ENVIRONMENT = {"LC_ALL": "C"}  # no variable of ours reaches GnuPG or its agent


class GpgError(Exception):
    """GnuPG refused, failed or took too long; the text is its verdict, never what it was given."""


@contextmanager
def private_directory() -> Iterator[Path]:
    """Give a directory that only this user can read, in memory if possible; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=_prefix(), dir=_memory()) as name:
        yield Path(name)


def lasting_directory() -> Path:
    """Make such a directory for as long as this process lasts, whatever it becomes by `exec`; see `sweep`."""
    return Path(tempfile.mkdtemp(prefix=_prefix(), dir=_memory()))


def _memory() -> Path | None:
    return MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else None


def _prefix() -> str:
    return f"hub-{os.getpid()}-"


def sweep() -> None:
    """Remove the directories of our processes that were killed before they could do it themselves.

    They hold public keys and trial data only; they are removed so that they do not grow for ever.
    """
    for place in {MEMORY, SHORT, Path(tempfile.gettempdir())}:
        for left in place.glob("hub-*-*"):
            made_by = MADE_BY.match(left.name)
            if made_by and _is_ours(left) and not _lives(int(made_by[1])):
                shutil.rmtree(left, ignore_errors=True)


def _is_ours(directory: Path) -> bool:
    try:
        found = directory.lstat()
    except FileNotFoundError:  # its process was faster
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


@contextmanager
def throwaway_home(gpg: str) -> Iterator[Path]:
    """Give an empty GnuPG home; its agent, if one was started, ends with it."""
    with private_directory() as home:
        try:
            yield home
        finally:
            stop_agent(home, gpg=gpg)


def stop_agent(home: Path, *, gpg: str) -> None:
    """End the gpg-agent of this home, and no other; does nothing where none runs."""
    gpgconf = str(Path(gpg).with_name("gpgconf"))
    where = ["--homedir", str(short_name(home, gpg=gpg))]
    subprocess.run(
        [gpgconf, *where, "--kill", "gpg-agent"], check=False, capture_output=True, timeout=TIME_LIMIT
    )


@cache
def short_name(home: Path, *, gpg: str) -> Path:
    """Return a path to this home that is short enough for the agent's socket.

    A long path gets a symbolic link in a private directory, which lasts as long as this process.
    """
    if len(os.fsencode(home)) <= LONGEST_HOME:
        return home
    place = Path(tempfile.mkdtemp(prefix=_prefix(), dir=SHORT))
    link = place / "home"
    link.symlink_to(home.absolute(), target_is_directory=True)
    atexit.register(_forget, link, gpg, os.getpid())
    return link


def _forget(link: Path, gpg: str, made_by: int) -> None:
    if os.getpid() != made_by:  # a forked child ends before the process that still uses the link
        return
    stop_agent(link, gpg=gpg)
    shutil.rmtree(link.parent, ignore_errors=True)


def run(arguments: list[str], *, gpg: str, home: Path, given: bytes = b"") -> bytes:
    """Run gpg on `given` and return what it writes.

    Raises:
        GpgError: it failed, or the time limit was reached.

    """
    command = [
        gpg,
        "--homedir",
        str(short_name(home, gpg=gpg)),
        "--no-options",
        "--batch",
        "--no-tty",
        "--quiet",
    ]
    try:
        done = subprocess.run(
            [*command, *arguments],
            input=given,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=True,
            env=ENVIRONMENT,
        )
    except subprocess.TimeoutExpired:
        raise GpgError("time limit reached") from None
    except subprocess.CalledProcessError as failed:
        raise GpgError(f"gpg ended with {failed.returncode}") from None
    return done.stdout
