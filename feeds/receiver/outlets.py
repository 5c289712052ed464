"""Who gets what was opened: a folder, a program, the relay's collection. Each may be asked twice."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from feeds.receiver.parcels import Parcel
from hub.core.errors import HubError

PRIVATE = 0o700
UNFINISHED = ".unfinished-"


class HandOverError(HubError):
    """A notice could not be handed on; it is tried again."""


class Outlet(Protocol):
    """Takes a notice in clear; its name stands for it in what the receiver remembers."""

    name: str

    def give(self, parcel: Parcel) -> None:
        """Take a notice, or do nothing if it was taken before as far as that can be known.

        Raises:
            HandOverError: it was not taken.

        """


class Folder:
    """A folder in which each notice becomes a folder of its own, whole or not at all."""

    name = "folder"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        for left in folder.glob(f"{UNFINISHED}*"):  # by a kill; it was never handed on
            shutil.rmtree(left)

    def give(self, parcel: Parcel) -> None:
        """Write the files aside and give them their name in one step, when all are on the disk."""
        final = self.folder / parcel.name
        if final.exists():
            return
        unfinished = self.folder / f"{UNFINISHED}{secrets.token_hex(8)}"
        try:
            unfinished.mkdir(mode=PRIVATE)
            for name, content in parcel.files():
                write_through(unfinished / name, content)
            _sync(unfinished)
            unfinished.rename(final)
            _sync(self.folder)
        except OSError as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise HandOverError(f"{self.folder} takes nothing: {error.strerror}") from None


class Command:
    """A program that gets one bundle on standard input.

    Nobody can know whether a program that was killed with us had done its work: it runs again then, with
    PRIORITY_REPEAT=1 and the same PRIORITY_ID.
    """

    name = "command"

    def __init__(self, command: Sequence[str], *, seconds: float) -> None:
        self.command = list(command)
        self.seconds = seconds

    def give(self, parcel: Parcel) -> None:
        """Run the program; its exit code 0 tells that it has taken the notice."""
        about = parcel.about() | {"repeat": parcel.repeat}
        told = {f"PRIORITY_{name.upper()}": _plain(value) for name, value in about.items()}
        try:
            done = subprocess.run(
                self.command,
                input=parcel.whole(),
                env=os.environ | told,
                stdout=subprocess.DEVNULL,
                timeout=self.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise HandOverError(f"the command took longer than {self.seconds:.0f} seconds") from None
        except OSError as error:
            raise HandOverError(f"the command does not start: {error.strerror}") from None
        if done.returncode != 0:
            raise HandOverError(f"the command ended with {done.returncode}")


def write_through(file: Path, content: bytes) -> None:
    """Write a new file of this user alone and wait until it is on the disk."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
