"""The nightly judgement of certificates in use: what the gate refuses today ends, the rest is warned of."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import orm

from hub.core import outbox
from hub.core.audit import THE_HUB
from keys import gate, queries, service
from keys.models import ContactCertificate
from keys.refusals import CertificateRefusedError, Reason
from keys.states import LIVE, Move, State

WARNING_DAYS = (7, 14, 30, 60)
ENDING = {
    Reason.EXPIRED: Move.EXPIRE,
    Reason.ENCRYPTION_KEY_EXPIRED: Move.EXPIRE,
    Reason.REVOKED: Move.REVOKE,
}


def judged(row: ContactCertificate, *, now: datetime, gpg: str) -> Reason | None:
    """Return why the gate would refuse a stored certificate today, or None; outside any transaction."""
    try:
        gate.inspect(row.blob, expect_email=row.email, now=now, gpg=gpg)
    except CertificateRefusedError as refused:
        return refused.reason
    return None


def watch(
    session: orm.Session, certificate_id: uuid.UUID, *, blob: bytes, reason: Reason | None, now: datetime
) -> None:
    """End a live certificate that the gate refuses today, for `reason`, or promise a warning of its end.

    `blob` is what was judged; a certificate that was renewed meanwhile is left to the next night. Each of
    WARNING_DAYS is warned of once; a renewed expiry date starts anew.
    """
    row = queries.locked(session, certificate_id)
    if row.state not in LIVE or row.blob != blob:
        return
    if reason is None:
        _warn(session, row, now)
        return
    service.end(session, row, ENDING.get(reason, Move.REFUSE), by=THE_HUB, now=now, reason=reason)
    outbox.promise(session, "certificate.ended", now=now, certificate_id=row.id)


def _warn(session: orm.Session, row: ContactCertificate, now: datetime) -> None:
    if row.state is not State.ACTIVE or row.not_after is None:
        return
    due = next((days for days in WARNING_DAYS if row.not_after - now <= timedelta(days=days)), None)
    if due is not None:
        key = f"certificate.expiring:{row.id}:{row.not_after:%Y%m%d}:{due}"
        outbox.promise(session, "certificate.expiring", now=now, key=key, certificate_id=row.id)
