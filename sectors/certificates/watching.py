"""The nightly look at every certificate in use, and the letters that follow from it."""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import orm

from hub.core import outbox
from hub.core.clock import JST
from hub.core.instance import Instance
from keys import night, queries

log = logging.getLogger(__name__)

NIGHT = "certificates.watch"


def promise_night(session: orm.Session, *, now: datetime) -> None:
    """Promise the look of this day; a second time changes nothing."""
    day = now.astimezone(JST).date()
    outbox.promise(session, NIGHT, now=now, key=f"{NIGHT}/{day}")


def watch_all(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Judge each certificate in use again, one transaction each; the job `certificates.watch`."""
    with hub.db.reading() as session:
        rows = queries.live(session)
    for row in rows:
        reason = night.judged(row, now=now, gpg=hub.config.gpg)
        with hub.db.transaction() as session:
            night.watch(session, row.id, blob=row.blob, reason=reason, now=now)
    log.info("certificates watched", extra={"count": len(rows)})
    tomorrow = now + timedelta(days=1)
    with hub.db.transaction() as session:
        key = f"{NIGHT}/{tomorrow.astimezone(JST).date()}"
        outbox.promise(session, NIGHT, now=now, key=key, due_at=tomorrow)


def tell_ended(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Tell the owner that a certificate cannot be used any more; the job `certificate.ended`."""
    _tell(hub, values, "certificate-ended", now=now)


def tell_expiring(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Tell the owner that a certificate ends soon; the job `certificate.expiring`."""
    _tell(hub, values, "certificate-expiring", now=now)


def _tell(hub: Instance, values: Mapping[str, str], letter: str, *, now: datetime) -> None:
    with hub.db.transaction() as session:
        row = queries.certificate(session, uuid.UUID(values["certificate_id"]))
        key = f"{letter}/{row.id}/{now.astimezone(JST).date()}"
        outbox.promise(session, "letter", now=now, key=key, letter=letter, to=row.email, path="/certificates")
