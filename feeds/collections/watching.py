"""The nightly look at TAXII clients and at what need not be kept, and the letters that follow."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.collections import queries, service
from feeds.collections.models import Download
from feeds.taxii.models import StoredObject, Submission
from hub.core import audit, outbox
from hub.core.audit import THE_HUB
from hub.core.clock import JST
from hub.core.instance import Instance
from sectors.bodies import queries as bodies

NIGHT = "clients.watch"
WARNED = (timedelta(days=30), timedelta(days=7))  # before a token expires
STATUS_KEPT = timedelta(days=90)  # the status resource of a submission


def watch(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Warn of tokens that expire, forget what need not be kept; the job `clients.watch`."""
    with hub.db.transaction() as session:
        warn(session, now=now)
        prune(session, now=now)
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)


def warn(session: orm.Session, *, now: datetime) -> None:
    """Tell all contacts of a token that expires soon: once for each span of WARNED, the nearest alone."""
    for client in queries.ending_before(session, now + max(WARNED), now=now):
        nearest = min(span for span in WARNED if client.expires_at < now + span)
        service.tell_contacts(session, client, "client-expiring", now=now, occasion=str(nearest.days))


def prune(session: orm.Session, *, now: datetime) -> None:
    """Forget old status resources, and downloads of objects that are not stored any more."""
    session.execute(sa.delete(Submission).where(Submission.received_at < now - STATUS_KEPT))
    stored = sa.exists().where(
        StoredObject.collection_id == Download.collection_id, StoredObject.date_added == Download.date_added
    )
    session.execute(sa.delete(Download).where(~stored), execution_options={"synchronize_session": False})


def tell_elsewhere(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Tell that a right token came from a wrong place; the job `client.elsewhere`."""
    with hub.db.transaction() as session:
        client = queries.client(session, uuid.UUID(values["client_id"]))
        day = str(now.astimezone(JST).date())
        service.tell_contacts(session, client, "client-elsewhere", now=now, occasion=day)
        body = bodies.body(session, client.body_id)
        audit.record(
            session,
            "client.elsewhere",
            by=THE_HUB,
            subject=client.id,
            concerns=body.organisation_id,
            now=now,
        )
