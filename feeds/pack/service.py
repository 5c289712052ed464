"""What happens to a pack: it goes along with a notice, and its reader says to have understood it."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from feeds.pack.models import PackReading
from feeds.pack.texts import CURRENT
from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.errors import ConflictError


def sent(session: orm.Session, contact_id: uuid.UUID, version: str, *, now: datetime) -> None:
    """Note that a notice has brought a contact this version; the first time counts."""
    row = _row(session, contact_id, version)
    row.sent_at = row.sent_at or now


def understood(
    session: orm.Session, contact_id: uuid.UUID, version: str, *, by: Actor, now: datetime
) -> None:
    """Note that a contact has read and understood this version; the first time counts.

    Raises:
        ConflictError: there is a newer version by now.

    """
    if version != CURRENT:
        raise ConflictError("There is a new version of the explanatory pack. Read that one.")
    row = _row(session, contact_id, version)
    if row.read_at is None:
        row.read_at = now
        audit.record(session, "pack.read", by=by, subject=contact_id, now=now, version=version)


def _row(session: orm.Session, contact_id: uuid.UUID, version: str) -> PackReading:
    made = outbox.INSERT[session.get_bind().dialect.name](PackReading)
    row = {"contact_id": contact_id, "version": version}
    session.execute(made.values(row).on_conflict_do_nothing())  # another mail at the same time was faster
    return session.get_one(PackReading, (contact_id, version), with_for_update=True)
