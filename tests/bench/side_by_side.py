"""Sealing while others write certificates: how many sealings fail."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from keys.gate import Certificate
from keys.sealing import SealingFailedError, Signer, seal
from tests.keys.workshop import Workshop
from tests.support import databases
from tests.support.uploads import uploading

SEALERS = 2


def failures_while_written(
    signer: Signer, certificates: Sequence[Certificate], shop: Workshop, *, folder: Path, sealings: int
) -> int:
    """Return how many of `sealings` fail while uploads go through the gate into a database beside them."""
    uploads = [(email, shop.made(email)) for email in ("one@example.jp", "two@example.jp")]

    def fails(place: int) -> bool:
        certificate = certificates[place % len(certificates)]
        try:
            seal(b"x" * 5000, certificate=certificate, signer=signer, now=datetime.now(UTC))
        except SealingFailedError:
            return True
        return False

    with databases.sqlite(folder) as url, ThreadPoolExecutor(SEALERS) as pool:
        db = databases.database(databases.engine_for(url))
        with uploading(db, uploads):
            failures = sum(pool.map(fails, range(sealings)))
        db.dispose()
    return failures
