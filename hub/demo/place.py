"""The folder that the demo plays in: what lies where, and beginning anew only in a folder of its own."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.demo.errors import DemoError
from keys.homes import stop_agent

MARK = ".priority-hub-demo"
MARK_TEXT = "This folder belongs to `priority-hub demo`, which empties it whenever it begins anew.\n"


@dataclass(frozen=True, slots=True)
class Place:
    """The folder; the hub's own instance, the mail and what belongs to recipients are kept apart in it."""

    folder: Path

    @property
    def hub(self) -> Path:
        """Return where the hub's instance lies."""
        return self.folder / "hub"

    @property
    def logs(self) -> Path:
        """Return where web and worker write their logs."""
        return self.hub / "logs"

    @property
    def temporary(self) -> Path:
        """Return what web and worker take for their temporary files, so that these can be searched."""
        return self.hub / "tmp"

    @property
    def mail(self) -> Path:
        """Return the maildir of the mail server."""
        return self.folder / "mail"

    @property
    def recipients(self) -> Path:
        """Return where GnuPG homes and opened files of recipients lie."""
        return self.folder / "recipients"


@contextmanager
def taken(folder: Path, *, gpg: str) -> Iterator[Place]:
    """Give the folder, emptied of an earlier demo; it is held against a second one at the same time.

    Raises:
        DemoError: it holds something else, or a demo is running in it.

    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / MARK
    if not mark.exists() and any(folder.iterdir()):
        raise DemoError(f"{folder} is not empty and no demo made it; choose another folder")
    with mark.open("a+", encoding="utf-8") as held:
        _hold(held.fileno(), folder)
        if held.tell() == 0:
            held.write(MARK_TEXT)
            held.flush()
        place = Place(folder)
        _empty(place, gpg=gpg)
        try:
            yield place
        finally:
            stop_agents(place, gpg=gpg)


def stop_agents(place: Place, *, gpg: str) -> None:
    """End the GnuPG agents of every home in the folder."""
    homes = [*place.recipients.glob("*/gnupg"), place.hub / "worker" / "gnupg"]
    for home in homes:
        if home.is_dir():
            stop_agent(home, gpg=gpg)


def _hold(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DemoError(f"a demo is running in {folder} already") from None


def _empty(place: Place, *, gpg: str) -> None:
    stop_agents(place, gpg=gpg)
    for folder in (place.hub, place.mail, place.recipients):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in (place.logs, place.temporary, place.recipients):
        folder.mkdir(mode=0o700, parents=True)
