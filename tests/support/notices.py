"""Further notices like one that was released: rows alone, at many bodies that opened, answered, passed on."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import AddressedSector, Advisory, Release, ReleaseBody, Revision
from feeds.delivery.models import Copy
from feeds.delivery.states import State
from feeds.matters.models import Matter, PublicationClock
from feeds.receipts.models import Answer, Dissemination
from feeds.receipts.states import Choice
from feeds.reminders.models import Reminder
from feeds.reminders.states import Stage
from hub.core.db import Base
from sectors.bodies.models import Body
from tests.support.advisories import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def add_like(session: orm.Session, release: Release, number: int, bodies: Sequence[Body]) -> None:
    """Add a notice like this one to all bodies, which opened, answered and passed on all but every tenth."""
    advisory, revision = (session.get_one(kind, given) for kind, given in _of(release))
    matter_id, advisory_id, revision_id, release_id = (uuid.uuid4() for _ in range(4))
    at = NOW - timedelta(days=5 * number)
    tracking = {"id": matter_id, "tracking_id": f"PI-2026-{number:05}"}
    _add(session, Matter, _row(session, Matter, advisory.matter_id) | tracking)
    clock = {"matter_id": matter_id, "publication_at": at + 30 * DAY}
    _add(session, PublicationClock, _row(session, PublicationClock, advisory.matter_id) | clock)
    _add(
        session, Advisory, _row(session, Advisory, advisory.id) | {"id": advisory_id, "matter_id": matter_id}
    )
    ids = {"id": revision_id, "advisory_id": advisory_id}
    _add(session, Revision, _row(session, Revision, revision.id) | ids)
    _add(session, AddressedSector, {"revision_id": revision_id, "sector_code": "electricity"})
    ids = {"id": release_id, "advisory_id": advisory_id, "revision_id": revision_id}
    _add(session, Release, _row(session, Release, release.id) | ids | {"released_at": at})
    session.flush()
    session.add_all(ReleaseBody(release_id=release_id, body_id=each.id) for each in bodies)
    session.flush()
    told = [{"release_id": release_id, "body_id": each.id} for each in bodies]
    active = [each for place, each in enumerate(told) if place % 10]
    copy = {"state": State.OPENED, "promised_at": at, "delivered_at": at, "opened_at": at + 3 * HOUR}
    session.execute(sa.insert(Copy), [each | copy for each in active])
    answer = {"choice": Choice.CHECKING, "answered_at": at + 9 * HOUR}
    session.execute(sa.insert(Answer), [each | answer for each in active])
    session.execute(sa.insert(Reminder), [each | {"stage": Stage.FIRST, "at": at + HOUR} for each in told])
    reached = {"operators": 3, "told_at": at + DAY}
    session.execute(sa.insert(Dissemination), [each | reached for each in active])


def _of(release: Release) -> tuple[tuple[type[Any], uuid.UUID], tuple[type[Any], uuid.UUID]]:
    return (Advisory, release.advisory_id), (Revision, release.revision_id)


def _row(session: orm.Session, kind: type[Base], key: uuid.UUID) -> dict[str, Any]:
    table = kind.__table__
    [primary] = sa.inspect(kind).primary_key
    return dict(session.execute(sa.select(table).where(primary == key)).one()._mapping)


def _add(session: orm.Session, kind: type[Base], row: dict[str, Any]) -> None:
    session.execute(sa.insert(kind.__table__).values(row))  # type: ignore[arg-type] # a table, of every model
