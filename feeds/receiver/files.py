"""The state folder: one receiver at a time, files of this user alone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.core.db import Database, connect
from hub.core.errors import ConfigurationError

PRIVATE = 0o700


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Give the state folder, held against a second receiver.

    Raises:
        ConfigurationError: it cannot be made, others may read it, or another receiver works in it.

    """
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            raise ConfigurationError(f"{folder} can be read by others; make it mode 0700")
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be used: {error.strerror}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder
    except BlockingIOError:
        raise ConfigurationError(f"another receiver works in {folder}") from None
    finally:
        os.close(lock)


@contextmanager
def database(file: Path) -> Iterator[Database]:
    """Give a SQLite database in a file of this user alone; its tables are the caller's."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    db = Database(connect(f"sqlite:///{file}"))
    try:
        yield db
    finally:
        db.dispose()
