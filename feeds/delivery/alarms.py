"""Alarms: something in the database is not as people signed it. Staff are told that, never what."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import audit, outbox
from hub.core.audit import THE_HUB, Entry

TOLD = (Role.COORDINATOR, Role.ADMINISTRATOR)


def raise_alarm(session: orm.Session, action: str, subject: uuid.UUID, *, path: str, now: datetime) -> None:
    """Log what was refused and mail staff, once for each thing."""
    known = sa.select(Entry.number).where(Entry.action == action, Entry.subject_id == subject)
    if session.scalar(known.limit(1)) is None:
        audit.record(session, action, by=THE_HUB, subject=subject, now=now)
    for role in TOLD:
        for account in accounts.active(session, role):
            outbox.promise(
                session,
                "letter",
                now=now,
                key=f"not-vouched/{subject}/{account.id}",
                letter="not-vouched",
                to=account.email,
                path=path if role is Role.COORDINATOR else "/",
                occasion=subject,
            )
