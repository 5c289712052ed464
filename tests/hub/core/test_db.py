"""Sessions: committed or undone, writers in a queue, readers that cannot write, instants with a zone."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Event

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError, InternalError, StatementError

from hub.accounts.models import Account, Role
from hub.core.audit import Entry
from hub.core.db import Database, UtcDateTime, connect, constraint_of
from hub.core.outbox import Job
from tests.support.people import make_account

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
DIALECT = connect("sqlite://").dialect
READ = sa.text("SELECT 1")


def job(**values: object) -> Job:
    return Job(kind="count", values={}, promised_at=NOW, due_at=NOW, **values)


def test_a_transaction_that_fails_leaves_nothing(lasting: Database) -> None:
    def fail() -> None:
        with lasting.transaction() as session:
            session.add(job())
            session.flush()
            raise TimeoutError

    with pytest.raises(TimeoutError):
        fail()
    with lasting.reading() as session:
        assert session.scalars(sa.select(Job)).all() == []


def test_nothing_that_is_written_while_reading_is_kept(lasting: Database) -> None:
    with lasting.reading() as session:
        session.add(job())
        try:
            session.flush()
        except InternalError:
            session.rollback()
    with lasting.reading() as session:
        assert session.scalars(sa.select(Job)).all() == []


def test_postgresql_refuses_to_write_while_reading_and_writes_again_afterwards(lasting: Database) -> None:
    with lasting.reading() as session:
        if session.get_bind().dialect.name != "postgresql":
            return
        session.add(job())
        with pytest.raises(InternalError, match="read-only transaction"):
            session.flush()
    for _ in range(3):  # the same pooled connection
        with lasting.transaction() as session:
            session.add(job())


def test_each_statement_of_rows_sees_what_is_committed_then(lasting: Database) -> None:
    ids = sa.select(Job.id)
    with lasting.rows() as rows:
        assert not rows.execute(ids).all()
        rows.let_go()
        with lasting.transaction() as session:
            session.add(job())
        assert len(rows.execute(ids).all()) == 1
    lasting.dispose()
    with lasting.rows() as rows:
        assert len(rows.execute(ids).all()) == 1


def test_writers_wait_for_each_other_and_lose_no_update(lasting: Database) -> None:
    with lasting.transaction() as session:
        session.add(row := job())
    together = Barrier(4)

    def add_ten(_: int) -> None:
        together.wait()
        for _ in range(10):
            with lasting.transaction() as session:
                locked = session.get_one(Job, row.id, with_for_update=True)
                attempts = locked.attempts
                time.sleep(0.001)
                locked.attempts = attempts + 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_ten, range(4)))
    with lasting.reading() as session:
        assert session.get_one(Job, row.id).attempts == 40


def test_a_second_writer_on_sqlite_waits_from_its_first_line_on(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'one.sqlite'}")
    db = Database(engine)
    holding, order = Event(), []

    def hold() -> None:
        with db.transaction() as session:
            session.execute(READ)
            holding.set()
            time.sleep(0.2)
            order.append("first")

    def follow() -> None:
        holding.wait()
        with db.transaction() as session:
            session.execute(READ)
            order.append("second")

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(hold), pool.submit(follow)]
    assert [each.result() for each in waiting] == [None, None]
    assert order == ["first", "second"]
    engine.dispose()


def test_readers_on_sqlite_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'one.sqlite'}")
    db = Database(engine)
    with db.transaction(), db.reading() as session:
        assert session.scalar(READ) == 1
    engine.dispose()


def test_sqlite_keeps_promises_over_a_power_cut_and_erases_what_is_deleted(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'one.sqlite'}")
    with Database(engine).reading() as session:
        told = {
            name: session.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "synchronous", "secure_delete")
        }
    assert told == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "secure_delete": 1}
    engine.dispose()


@given(
    st.datetimes(min_value=datetime(1970, 1, 3), max_value=datetime(9999, 12, 30)),  # noqa: DTZ001 - hypothesis adds the zone
    st.integers(-12 * 60, 14 * 60),
)
def test_an_instant_of_any_zone_is_read_back_as_the_same_instant_in_utc(at: datetime, minutes: int) -> None:
    aware = at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    kind = UtcDateTime()
    stored = kind.process_bind_param(aware, DIALECT)
    assert stored is not None
    read = kind.process_result_value(stored.replace(tzinfo=None), DIALECT)  # SQLite keeps no zone
    assert read == aware
    assert read.tzinfo is UTC


def test_instants_come_back_aware_whatever_zone_they_were_written_in(db: Database) -> None:
    jst = timezone(timedelta(hours=9))
    with db.transaction() as session:
        session.add(row := job(done_at=datetime(2026, 11, 20, 10, 0, tzinfo=jst)))
    with db.reading() as session:
        read = session.get_one(Job, row.id).done_at
    assert read == NOW
    assert read.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="an instant needs a time zone"), db.transaction() as session:
        session.add(Entry(at=datetime(2026, 11, 20), action="x", details={}))  # noqa: DTZ001 - the attack


def test_the_database_itself_refuses_a_word_that_is_no_state(db: Database) -> None:
    with db.transaction() as session:
        make_account(session, Role.AUDITOR)
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(sa.text("UPDATE account SET state = 'almighty'"))


def insert_account(db: Database, *, organisation_id: uuid.UUID, email: str) -> None:
    with db.transaction() as session:
        session.add(
            Account(organisation_id=organisation_id, email=email, name="A", role=Role.AUDITOR, created_at=NOW)
        )


def test_the_database_itself_refuses_an_account_of_no_organisation(db: Database) -> None:
    with pytest.raises(IntegrityError):
        insert_account(db, organisation_id=uuid.uuid4(), email="a@example.jp")


def test_the_name_of_a_broken_constraint_is_told_on_both_databases(db: Database) -> None:
    with db.transaction() as session:
        first = make_account(session, Role.REVIEWER)
    with pytest.raises(IntegrityError) as broken:
        insert_account(db, organisation_id=first.organisation_id, email=first.email)
    assert "email" in constraint_of(broken.value)
