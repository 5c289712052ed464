"""What a release promises: one sealed copy a body, one mail a contact, each a job of its own.

So one damaged certificate, contact or body never stops what others are due.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import queries as advisories
from feeds.advisories.models import Release
from feeds.delivery import alarms
from feeds.delivery.holding import AGAIN, JOBS
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.vouched import NotVouchedError, Vouched, vouched
from hub.core import outbox
from hub.core.instance import Instance
from sectors.bodies import queries as bodies


def promise_deliveries(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Promise every delivery of a release; the job `release.copies`. A second time adds nothing.

    A release that nobody has signed promises nothing but another look.
    """
    with hub.db.transaction() as session:
        release = advisories.release(session, uuid.UUID(values["release_id"]))
        believed = vouched_or_told(session, release, "release.copies", hub=hub, now=now)
        if believed is None:
            return
        for body_id in sorted(believed.statement.body_ids):
            _promise_copy(session, release.id, body_id, now=now)
            for contact in bodies.contacts(session, body_id):
                promise_mail(session, release.id, body_id, contact.id, now=now)


def vouched_or_told(
    session: orm.Session, release: Release, job: str, *, hub: Instance, now: datetime
) -> Vouched | None:
    """Return a release as it was signed; if it was not, tell staff and promise to look again."""
    try:
        return vouched(session, release, hub=hub, now=now)
    except NotVouchedError:
        alarms.raise_alarm(session, "release.not-vouched", release.id, path="/delivery", now=now)
        outbox.promise(session, job, now=now, due_at=now + AGAIN, release_id=release.id)
        return None


def _promise_copy(session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID, *, now: datetime) -> None:
    known = sa.select(Copy.id).where(Copy.release_id == release_id, Copy.body_id == body_id)
    if session.scalar(known) is None:
        _promise(session, Copy(release_id=release_id, body_id=body_id, promised_at=now), now=now)


def promise_mail(
    session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID, contact_id: uuid.UUID, *, now: datetime
) -> None:
    """Promise a contact the mail of a release, unless that was done before."""
    known = sa.select(Mailing.id).where(Mailing.release_id == release_id, Mailing.contact_id == contact_id)
    if session.scalar(known) is None:
        mailing = Mailing(release_id=release_id, body_id=body_id, contact_id=contact_id, promised_at=now)
        _promise(session, mailing, now=now)


def _promise(session: orm.Session, delivery: Copy | Mailing, *, now: datetime) -> None:
    session.add(delivery)
    session.flush()  # its id names the job
    job = JOBS[type(delivery)]
    outbox.promise(session, job, now=now, key=f"{job}/{delivery.id}", delivery_id=delivery.id)
