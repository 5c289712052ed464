"""The log and the outbox stand or fall with the act that they are about."""

import uuid
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from hub.core import audit, outbox
from hub.core.audit import THE_HUB, Actor, Entry
from hub.core.db import Database
from hub.core.outbox import Job

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


class PowerCutError(Exception):
    pass


def act(session: orm.Session) -> None:
    audit.record(session, "pump.opened", by=THE_HUB, now=NOW, pump="7")
    outbox.promise(session, "tell", now=NOW, key="pump/7", pump="7")


def rows(db: Database) -> tuple[int, int]:
    with db.reading() as session:
        entries, jobs = session.scalars(sa.select(Entry)).all(), session.scalars(sa.select(Job)).all()
        return len(entries), len(jobs)


def test_an_act_leaves_its_entry_and_its_promise_together(lasting: Database) -> None:
    with lasting.transaction() as session:
        act(session)
    assert rows(lasting) == (1, 1)


def test_an_act_that_fails_leaves_neither_entry_nor_promise(lasting: Database) -> None:
    def fail() -> None:
        with lasting.transaction() as session:
            act(session)
            session.flush()
            raise PowerCutError

    with pytest.raises(PowerCutError):
        fail()
    assert rows(lasting) == (0, 0)


def test_an_entry_tells_who_what_when_and_from_where(db: Database) -> None:
    by = Actor(account_id=uuid.uuid4(), organisation_id=uuid.uuid4(), address="192.0.2.7")
    subject = uuid.uuid4()
    with db.transaction() as session:
        audit.record(session, "pump.opened", by=by, now=NOW, subject=subject, pump="7")
    with db.reading() as session:
        entry = session.scalars(sa.select(Entry)).one()
    assert (entry.action, entry.at, entry.details) == ("pump.opened", NOW, {"pump": "7"})
    assert (entry.account_id, entry.organisation_id) == (by.account_id, by.organisation_id)
    assert (entry.address, entry.subject_id) == ("192.0.2.7", subject)


def test_entries_are_numbered_in_the_order_of_the_acts(db: Database) -> None:
    for number in range(5):
        with db.transaction() as session:
            audit.record(session, f"act.{number}", by=THE_HUB, now=NOW)
    with db.reading() as session:
        told = session.scalars(sa.select(Entry.action).order_by(Entry.number)).all()
    assert list(told) == [f"act.{number}" for number in range(5)]
