"""Alarms: something in the database is not as people signed it. Staff are told that, never what."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.telling import tell
from hub.accounts.models import Role
from hub.core import audit
from hub.core.audit import THE_HUB, Entry


def raise_alarm(session: orm.Session, action: str, subject: uuid.UUID, *, path: str, now: datetime) -> None:
    """Log what was refused and mail staff, once for each thing."""
    known = sa.select(Entry.number).where(Entry.action == action, Entry.subject_id == subject)
    if session.scalar(known.limit(1)) is None:
        audit.record(session, action, by=THE_HUB, subject=subject, now=now)
    pages = {Role.COORDINATOR: path, Role.ADMINISTRATOR: "/"}
    tell(session, "not-vouched", pages, occasion=str(subject), by=THE_HUB, now=now)
