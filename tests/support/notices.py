"""Further notices like one that was released: rows alone, at many bodies that opened, answered, passed on."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import AddressedSector, Advisory, Release, ReleaseBody, Revision
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.states import State
from feeds.matters.models import Matter, PublicationClock
from feeds.receipts.models import Answer, Dissemination
from feeds.receipts.states import Choice
from feeds.reminders.models import Reminder
from feeds.reminders.states import Stage
from hub.core.db import Base
from hub.core.sealed import sealed_tables
from sectors.bodies.models import Body, Contact
from tests.support.advisories import NOW, VAULT

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def add_like(session: orm.Session, release: Release, number: int, bodies: Sequence[Body]) -> uuid.UUID:
    """Add a notice like this one to all bodies, which opened, answered and passed on all but every tenth.

    Returns the id of its release. What is sealed of it can be opened; nobody signed it.
    """
    matter_id, advisory_id, revision_id, release_id = (uuid.uuid4() for _ in range(4))
    at = NOW - timedelta(days=5 * number)
    like = session.get_one(Advisory, release.advisory_id)
    matter = {"id": matter_id, "tracking_id": f"PI-2026-{number:05}"}
    _add_like(session, Matter, like.matter_id, matter)
    clock = {"matter_id": matter_id, "publication_at": at + 30 * DAY}
    _add_like(session, PublicationClock, like.matter_id, clock)
    _add_like(session, Advisory, like.id, {"id": advisory_id, "matter_id": matter_id})
    _add_like(session, Revision, release.revision_id, {"id": revision_id, "advisory_id": advisory_id})
    codes = sa.select(AddressedSector.sector_code).where(AddressedSector.revision_id == release.revision_id)
    addressed = [{"revision_id": revision_id, "sector_code": code} for code in session.scalars(codes)]
    session.execute(sa.insert(AddressedSector), addressed)
    ids = {"id": release_id, "advisory_id": advisory_id, "revision_id": revision_id}
    _add_like(session, Release, release.id, ids | {"released_at": at})
    session.add_all(ReleaseBody(release_id=release_id, body_id=each.id) for each in bodies)
    session.flush()
    _add_signs(session, [{"release_id": release_id, "body_id": each.id} for each in bodies], at)
    return release_id


def _add_signs(session: orm.Session, told: Sequence[dict[str, uuid.UUID]], at: datetime) -> None:
    """Let the copies and mails of a notice arrive, and bodies do with it what they do."""
    active = [each for place, each in enumerate(told) if place % 10 != 9]
    arrived = {"promised_at": at, "delivered_at": at}
    opened = {"state": State.OPENED, "opened_at": at + 3 * HOUR}
    session.execute(sa.insert(Copy), [each | arrived | opened for each in active])
    wanted = sa.select(Contact.body_id, Contact.id).where(
        Contact.body_id.in_([each["body_id"] for each in told])
    )
    contacts = dict(session.execute(wanted).all())
    mailed = [each | {"contact_id": contacts[each["body_id"]], "state": State.DELIVERED} for each in told]
    session.execute(sa.insert(Mailing), [each | arrived for each in mailed])
    answer = {"choice": Choice.CHECKING, "answered_at": at + 9 * HOUR}
    session.execute(sa.insert(Answer), [each | answer for each in active])
    session.execute(sa.insert(Reminder), [each | {"stage": Stage.FIRST, "at": at + HOUR} for each in told])
    reached = {"operators": 3, "told_at": at + DAY}
    session.execute(sa.insert(Dissemination), [each | reached for each in active])


def _add_like(session: orm.Session, kind: type[Base], key: uuid.UUID, changed: dict[str, Any]) -> None:
    """Add a row like that one, but for what is changed; what lies sealed in it is sealed at its new place."""
    table = Base.metadata.tables[kind.__tablename__]
    [primary] = table.primary_key.columns
    row = dict(session.execute(sa.select(table).where(primary == key)).one()._mapping)
    made = row | changed
    for each in sealed_tables(Base.metadata):
        if each.table is table:
            places = {name: place for name, _value, place in each.envelopes(made)}
            for name, value, place in each.envelopes(row):
                made[name] = VAULT.seal(VAULT.open(value, place=place), place=places[name])
    session.execute(sa.insert(table).values(made))
