"""Writers do not wait for the chain, and two workers that chain at once make one chain."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.core import audit
from hub.core.audit import THE_HUB, Entry
from hub.core.config import Config
from hub.core.db import Database
from hub.core.errors import ConflictError
from hub.core.instance import Instance
from hub.core.vault import Vault
from hub.trail import verifying
from hub.trail.chaining import chain_all
from hub.trail.findings import Seen
from hub.trail.statements import Statement, parse

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def instance_on(db: Database, folder: Path) -> Instance:
    config = Config(instance=folder, database_url="sqlite://")
    return Instance(config=config, db=db, vault=Vault(bytes(32)), token_key=b"t" * 32)


def read(signed: str) -> Statement:
    return parse(signed)


def looked_at(hub: Instance) -> Seen:
    seen = Seen()
    with hub.db.reading() as session:
        assert list(verifying.verify(session, seen, check=read, witnessed={})) == []
    return seen


def test_rows_written_while_two_workers_chain_are_all_in_one_chain(lasting: Database, tmp_path: Path) -> None:
    hub = instance_on(lasting, tmp_path)

    def write(number: int) -> None:
        for _ in range(10):
            with lasting.transaction() as session:
                audit.record(session, f"writer.{number}", by=THE_HUB, now=NOW)

    def chaining(_: int) -> None:
        for _ in range(6):
            try:
                chain_all(hub, now=NOW)
            except ConflictError:  # both were the first: the job is tried again
                continue

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(4)))
        for each in [pool.submit(write, 9), *(pool.submit(chaining, at) for at in range(2))]:
            each.result()
    chain_all(hub, now=NOW)
    seen = looked_at(hub)
    assert (seen.rows, seen.pending, seen.chains) == (50, 0, 1)


@pytest.mark.soak
def test_a_long_log_is_checked_without_a_long_memory(lasting: Database, tmp_path: Path) -> None:
    hub = instance_on(lasting, tmp_path)
    for _ in range(6):
        with lasting.transaction() as session:
            for _ in range(1000):
                audit.record(session, "act", by=THE_HUB, now=NOW)
    chain_all(hub, now=NOW)
    tracemalloc.start()
    assert looked_at(hub).rows == 6000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 2**20


def test_rows_from_before_the_chains_are_taken_in_and_no_later_one_without_a_stamp(
    lasting: Database, tmp_path: Path
) -> None:
    hub = instance_on(lasting, tmp_path)
    old = {"at": NOW, "action": "old", "details": {}}
    with lasting.transaction() as session:
        session.execute(sa.insert(Entry), [old, old])
    chain_all(hub, now=NOW)
    assert looked_at(hub).rows == 2
    with lasting.transaction() as session:
        session.execute(sa.insert(Entry), [old])
    chain_all(hub, now=NOW)
    with lasting.reading() as session:
        [found] = verifying.verify(session, Seen(), check=read, witnessed={})
    assert found.kind == "inserted"
