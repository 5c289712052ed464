"""Somebody who uploads certificates all the time, as contacts do, while others work."""

import itertools
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event

from hub.core.audit import THE_HUB
from hub.core.db import Database
from keys import service
from keys.gate import inspect
from tests.keys.workshop import GPG


def upload(db: Database, email: str, blob: bytes, *, owner_id: uuid.UUID) -> None:
    """Take one certificate through the gate and write it down, or renew it."""
    now = datetime.now(UTC)
    passed = inspect(blob, expect_email=email, now=now, gpg=GPG)
    with db.transaction() as session:
        service.upload(session, owner_id=owner_id, email=email, passed=passed, by=THE_HUB, now=now)


@contextmanager
def uploading(db: Database, certificates: Sequence[tuple[str, bytes]]) -> Iterator[None]:
    """Upload these certificates (address, bytes) in turns, beside the block, for new and known contacts.

    Fails if none was written, since the block would then have met nobody.
    """
    end = Event()
    known = uuid.uuid4()

    def write() -> int:
        for number in itertools.count():
            if end.is_set():
                return number
            email, blob = certificates[number % len(certificates)]
            upload(db, email, blob, owner_id=known if number % 2 else uuid.uuid4())
        raise AssertionError

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            yield
        finally:
            end.set()
        assert writing.result() > 0
