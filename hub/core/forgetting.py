"""Kept promises are forgotten after a while, so that the outbox does not grow for ever.

What has a key was promised once only, and its row is what says so: it stays longer than any occasion on
which it could be promised again. Rounds, whose keys name a stretch of time, come often and say nothing
afterwards. Dead letters are never forgotten.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core import outbox
from hub.core.instance import Instance
from hub.core.outbox import Job

NIGHT = "jobs.forget"
SOON = timedelta(days=30)  # after it was done
LATE = timedelta(days=400)  # longer than the longest warning, which is of a year's end
BATCH = 500  # rows a transaction: others wait no longer than that
NOTHING = "{}"  # the values of a round


def forget(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Remove what was done long ago; the job `jobs.forget`."""
    more = True
    while more:
        with hub.db.transaction() as session:
            more = _batch(session, now=now) == BATCH
    with hub.db.transaction() as session:
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)


def _batch(session: orm.Session, *, now: datetime) -> int:
    again = sa.or_(Job.key.is_(None), sa.cast(Job.values, sa.String) == NOTHING)
    over = sa.or_(sa.and_(again, Job.done_at < now - SOON), Job.done_at < now - LATE)
    found: list[uuid.UUID] = [*session.scalars(sa.select(Job.id).where(over).limit(BATCH))]
    session.execute(sa.delete(Job).where(Job.id.in_(found)), execution_options={"synchronize_session": False})
    return len(found)
