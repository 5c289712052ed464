"""Finished work is forgotten after its time, and nothing else is."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.core import forgetting, outbox
from hub.core.instance import Instance
from hub.core.outbox import Job

DAY = timedelta(days=1)


def kinds(instance: Instance) -> set[str]:
    with instance.db.reading() as session:
        return set(session.scalars(sa.select(Job.kind)))


def test_finished_work_goes_after_its_time_and_what_was_promised_once_only_much_later(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    now = instance.clock()
    with instance.db.transaction() as session:
        for kind, key in (
            ("plain", None),
            ("more", None),
            ("once", "once/1"),
            ("dead", None),
            ("open", None),
        ):
            outbox.promise(session, kind, now=now - 40 * DAY, key=key, to="somebody")
        outbox.promise(session, "late", now=now, to="somebody")
        outbox.promise_round(session, "round", every=DAY, at=now - 40 * DAY, now=now)
        done = {"plain": 40, "more": 40, "once": 40, "round": 40, "late": 29}
        for kind, days in done.items():
            session.execute(sa.update(Job).where(Job.kind == kind).values(done_at=now - days * DAY))
        session.execute(sa.update(Job).where(Job.kind == "dead").values(dead_at=now - 900 * DAY))
    forgetting.forget(instance, {}, now)
    assert kinds(instance) == {"once", "dead", "open", "late", "jobs.forget"}
    with instance.db.transaction() as session:
        outbox.promise(session, "once", now=now, key="once/1", to="somebody")
    forgetting.forget(instance, {}, now + 370 * DAY)
    assert kinds(instance) == {"dead", "open", "jobs.forget"}
