"""Workers side by side on several connections: no gap, no fork; and nothing in clear in the files."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from feeds.delivery import copies
from feeds.delivery.series import lifted_collection, series_of
from feeds.taxii.models import Collection
from hub.core.db import Database
from tests.conftest import BACKENDS
from tests.support import advisories, databases, delivery
from tests.support.advisories import CANARY, NOW
from tests.support.delivery import Seat, World, id_values

RELEASES, WORKERS = 4, 3


def the_clock() -> datetime:
    return NOW


@pytest.fixture(params=BACKENDS)
def lasting(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[Database]:
    with delivery.lasting(request.param, tmp_path, f"hub_delivery_{worker_id}") as db:
        yield db


@pytest.fixture
def busy(lasting: Database, seat: Seat) -> World:
    return delivery.world_on(delivery.hub_on(lasting, seat, the_clock), seat)


def test_a_collection_that_several_ask_for_at_once_is_begun_once(lasting: Database) -> None:
    with lasting.transaction() as session:
        body_id = advisories.make_body(session).id
    start = threading.Barrier(WORKERS)

    def ask(_: int) -> tuple[uuid.UUID, uuid.UUID]:
        start.wait()
        with lasting.transaction() as session:
            return lifted_collection(session), series_of(session, body_id).sealed_id

    with ThreadPoolExecutor(WORKERS) as pool:
        assert len(set(pool.map(ask, range(WORKERS)))) == 1
    with lasting.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Collection)) == 3


def test_copies_sealed_at_once_make_one_chain_without_gaps(busy: World) -> None:
    with busy.hub.db.transaction() as session:
        series_of(session, busy.power.id)
    jobs = [id_values(busy.copy(busy.release())) for _ in range(RELEASES)]
    start = threading.Barrier(WORKERS)

    def work(place: int) -> None:
        start.wait()
        for job in jobs[place:] + jobs[:place]:  # each does all, from another begin
            copies.seal_copy(busy.hub, job, NOW)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    manifests = busy.manifests()
    assert [each["seq"] for each in manifests] == list(range(1, RELEASES + 1))
    hashes = [each["sha256"] for each in manifests]
    assert [each["prev_sha256"] for each in manifests] == ["", *hashes[:-1]]
    assert len({each["tracking_id"] for each in manifests}) == RELEASES


def test_a_copy_sealed_against_an_old_head_is_sealed_anew(busy: World) -> None:
    first, second = (busy.copy(busy.release()).id for _ in range(2))
    draft = copies._read(busy.hub, first, now=NOW)
    assert draft
    sealed = copies._seal(busy.hub, first, draft, now=NOW)
    copies.seal_copy(busy.hub, {"delivery_id": str(second)}, NOW)
    assert not copies._stored(busy.hub, first, sealed, now=NOW)
    copies.seal_copy(busy.hub, {"delivery_id": str(first)}, NOW)
    assert [each["seq"] for each in busy.manifests()] == [1, 2]


def test_database_and_mail_folder_hold_no_word_of_the_notice(tmp_path: Path, seat: Seat) -> None:
    with databases.sqlite(tmp_path) as url:
        db = databases.database(databases.engine_for(url))
        world = delivery.world_on(delivery.hub_on(db, seat, the_clock), seat)
        world.revise(world.release())
        world.work()
        assert len(world.manifests()) == 2
        assert len(world.notices()) == 2
        db.dispose()
    files = [*tmp_path.iterdir(), *(seat.post.folder / "new").iterdir()]
    written = b"".join(each.read_bytes() for each in files)
    secret = (CANARY, "認証回避", "Authentication bypass", "変電所", "広域停電", "Example Inc")
    for word in secret:
        assert word.encode() not in written
    assert b"release.copies" in written  # the scan does see what stands in clear
