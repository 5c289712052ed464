"""A worker whose one job writes a row: run as a process of its own, to be killed at any instant.

Its clock may run faster than the world's, so that the lease of a killed worker ends within seconds.
"""

import os
import signal
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from hub import worker
from hub.core import audit, outbox
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.db import Database, connect
from hub.core.instance import Instance
from hub.core.vault import Vault

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
FAST = 150  # the lease of two minutes ends within a second


def instant(speed: int) -> datetime:
    """Return an instant that is the same for every process."""
    return START + (datetime.now(UTC) - START) * speed


def count(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Leave a row that names the job."""
    with hub.db.transaction() as session:
        audit.record(session, "counted", by=THE_HUB, now=now, subject=uuid.UUID(values["number"]))


def die(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - a handler's signature
    """Take the whole process down, as a fault in a library or a lack of memory would."""
    os.kill(os.getpid(), signal.SIGKILL)


def counting_instance(url: str, *, speed: int) -> Instance:
    """Return an instance on the database of this URL that is never configured."""
    config = Config(instance=Path("nowhere"), database_url=url)
    return Instance(
        config=config,
        db=Database(connect(url), stamp_key=b"t" * 32),
        vault=Vault(bytes(32)),
        token_key=bytes(32),
        clock=partial(instant, speed),
    )


def main() -> None:
    url, speed, jobs, attempts = [*sys.argv[1:], "1", str(outbox.MOST_ATTEMPTS)][:4]
    worker.HANDLERS |= {"count": count, "die": die}
    outbox.MOST_ATTEMPTS = int(attempts)
    worker.Worker(counting_instance(url, speed=int(speed)), jobs=int(jobs)).run()


if __name__ == "__main__":
    main()
