"""Limits of PostgreSQL: what takes too long is stopped by the server and told as busy, without its detail."""

import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from hub.app import build_app
from hub.core.db import connect
from hub.core.errors import ConfigurationError
from hub.core.instance import Instance
from hub.core.pool import Pool, passes, pool_from
from hub.web.access import anyone
from tests.conftest import POSTGRES_ANSWERS
from tests.support import databases

WORD = "kingfisher-7431"
SHORT = Pool(size=1, overflow=0, wait=1, lock=1, idle=1, page=1, work=2)
SLEEP = sa.text(f"SELECT pg_sleep(60), '{WORD}'")
needs_postgresql = pytest.mark.skipif(not POSTGRES_ANSWERS, reason="no PostgreSQL answers")


@pytest.fixture(scope="module")
def url(worker_id: str) -> Iterator[str]:
    with databases.postgres(f"hub_pool_{worker_id}") as made:
        yield made


@pytest.fixture
def limited(url: str) -> Iterator[Callable[..., sa.Engine]]:
    made: list[sa.Engine] = []

    def engine(pool: Pool = SHORT, statement: int = 1) -> sa.Engine:
        made.append(connect(url, pool=pool, statement=statement))
        return made[-1]

    yield engine
    for each in made:
        each.dispose()


@needs_postgresql
def test_the_server_knows_the_limits_of_each_process(limited: Callable[..., sa.Engine]) -> None:
    with limited(Pool(lock=7, idle=9), statement=15).connect() as connection:
        shown = [
            connection.scalar(sa.text(f"SHOW {name}"))
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        ]
    assert shown == ["15s", "7s", "9s"]


@needs_postgresql
def test_a_statement_without_end_is_stopped(limited: Callable[..., sa.Engine]) -> None:
    with limited().connect() as connection, pytest.raises(DBAPIError) as refused:
        connection.execute(SLEEP)
    assert passes(refused.value)


@needs_postgresql
def test_a_lock_that_somebody_keeps_is_not_waited_for_without_end(limited: Callable[..., sa.Engine]) -> None:
    row = sa.text("SELECT id FROM taxii_collection FOR UPDATE")
    table = sa.text("LOCK TABLE taxii_collection IN ACCESS EXCLUSIVE MODE")
    with limited(Pool()).connect() as keeper, limited(statement=20).connect() as waiting:
        keeper.execute(table)
        with pytest.raises(DBAPIError) as refused:
            waiting.execute(row)
    assert passes(refused.value)


@needs_postgresql
def test_a_transaction_that_was_forgotten_gives_its_locks_back(limited: Callable[..., sa.Engine]) -> None:
    forgotten = limited().connect()
    forgotten.execute(sa.text("LOCK TABLE taxii_collection IN ACCESS EXCLUSIVE MODE"))
    with limited(Pool(), statement=30).connect() as next_one:
        next_one.execute(sa.text("SELECT count(*) FROM taxii_collection"))
    with pytest.raises(DBAPIError) as refused:
        forgotten.execute(sa.text("SELECT 1"))
    assert passes(refused.value)
    forgotten.invalidate()
    forgotten.close()


@needs_postgresql
def test_a_process_opens_no_more_connections_than_it_may(limited: Callable[..., sa.Engine]) -> None:
    engine = limited()
    with engine.connect(), pytest.raises(PoolTimeoutError) as refused:
        engine.connect()
    assert passes(refused.value)


@needs_postgresql
def test_a_page_that_takes_too_long_is_a_503_without_detail(
    instance: Instance, limited: Callable[..., sa.Engine], caplog: pytest.LogCaptureFixture
) -> None:
    app, engine = build_app(instance, secret_key=b"s" * 32), limited()

    def slow() -> str:
        with engine.connect() as connection:
            return str(connection.scalar(SLEEP))

    app.add_url_rule("/slow", "slow", anyone(slow))
    answer = app.test_client().get("/slow")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    for word in (WORD, "pg_sleep", "statement", "psycopg", "Traceback"):
        assert word not in answer.text
    [told] = [record for record in caplog.records if "fault" in record.__dict__]
    assert told.__dict__["fault"] in answer.text


@needs_postgresql
def test_a_poll_that_takes_too_long_is_a_503_of_taxii(
    instance: Instance, limited: Callable[..., sa.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, engine = build_app(instance, secret_key=b"s" * 32), limited()

    def slow(*_: object) -> None:
        with engine.connect() as connection:
            connection.execute(SLEEP)

    monkeypatch.setattr("feeds.collections.backend.HubBackend.authenticate", slow)
    answer = app.test_client().get("/taxii2/", headers={"Accept": "application/taxii+json;version=2.1"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.content_type == "application/taxii+json;version=2.1"
    assert answer.json is not None
    assert answer.json["http_status"] == "503"
    assert WORD not in answer.text


def test_a_server_that_is_away_passes_and_a_fault_of_ours_does_not() -> None:
    away = sa.create_engine("postgresql://127.0.0.1:1/none", connect_args={"connect_timeout": 2})
    with pytest.raises(DBAPIError) as refused:
        away.connect()
    assert passes(refused.value)
    with (
        sa.create_engine("sqlite://").connect() as connection,
        pytest.raises(DBAPIError) as missing,
    ):
        connection.execute(sa.text("SELECT * FROM nothing"))
    assert not passes(missing.value)
    assert not passes(ValueError())


def test_threads_of_sqlite_that_wait_in_vain_are_told_so(tmp_path: object) -> None:
    engine = connect(f"sqlite:///{tmp_path}/busy.sqlite").execution_options(hub_write=True)
    seen: list[BaseException] = []

    def second() -> None:
        with engine.connect() as waiting:
            waiting.connection.cursor().execute("PRAGMA busy_timeout=50")
            try:
                waiting.execute(sa.text("SELECT 1"))
            except DBAPIError as error:
                seen.append(error)

    with engine.connect() as first:
        first.execute(sa.text("CREATE TABLE here (x)"))
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    engine.dispose()
    assert [passes(each) for each in seen] == [True]


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", ""])
def test_a_limit_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError):
        pool_from({"HUB_DATABASE_PAGE_SECONDS": value})
    assert pool_from({"HUB_DATABASE_MORE_CONNECTIONS": "0"}).overflow == 0
