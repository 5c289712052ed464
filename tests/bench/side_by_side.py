"""Sealing while others write certificates: how many sealings fail."""

import itertools
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from hub.core.audit import THE_HUB
from hub.core.db import Database
from keys import service
from keys.gate import Certificate, inspect
from keys.sealing import SealingFailedError, Signer, seal
from tests.keys.workshop import GPG, Workshop
from tests.support import databases

SEALERS = 2


def failures_while_written(
    signer: Signer, certificates: Sequence[Certificate], shop: Workshop, *, folder: Path, sealings: int
) -> int:
    """Return how many of `sealings` fail while uploads go through the gate into the same database."""
    end = Event()
    blobs = [(email, shop.made(email)) for email in ("one@example.jp", "two@example.jp")]

    def write(db: Database) -> int:
        for number in itertools.count():
            if end.is_set():
                return number
            email, blob = blobs[number % len(blobs)]
            _upload(db, email, blob)
        raise AssertionError

    def fails(place: int) -> bool:
        certificate = certificates[place % len(certificates)]
        try:
            seal(b"x" * 5000, certificate=certificate, signer=signer, now=datetime.now(UTC))
        except SealingFailedError:
            return True
        return False

    with databases.sqlite(folder) as url, ThreadPoolExecutor(1 + SEALERS) as pool:
        db = Database(databases.engine_for(url))
        writing = pool.submit(write, db)
        try:
            failures = sum(pool.map(fails, range(sealings)))
        finally:
            end.set()
        assert writing.result() > 0, "nothing was written meanwhile"
        db.dispose()
    return failures


def _upload(db: Database, email: str, blob: bytes) -> None:
    now = datetime.now(UTC)
    passed = inspect(blob, expect_email=email, now=now, gpg=GPG)
    with db.transaction() as session:
        service.upload(session, owner_id=uuid.uuid4(), email=email, passed=passed, by=THE_HUB, now=now)
