"""The nightly look at every certificate in use, and the letters that follow from it."""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import orm

from hub.core import outbox
from hub.core.clock import JST
from hub.core.errors import NotFoundError
from hub.core.instance import Instance
from keys import night, queries
from keys.models import ContactCertificate
from sectors.bodies import queries as bodies
from sectors.bodies.models import Contact, ContactKind

log = logging.getLogger(__name__)

NIGHT = "certificates.watch"


def watch_all(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Judge each certificate in use again, one transaction each; the job `certificates.watch`."""
    with hub.db.reading() as session:
        rows = queries.live(session)
    for row in rows:
        reason = night.judged(row, now=now, gpg=hub.config.gpg)
        with hub.db.transaction() as session:
            night.watch(session, row.id, blob=row.blob, reason=reason, now=now)
    log.info("certificates watched", extra={"count": len(rows)})
    with hub.db.transaction() as session:
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)


def tell_ended(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Tell owner and deputy that a certificate cannot be used any more; the job `certificate.ended`."""
    _tell(hub, values, "certificate-ended", now=now)


def tell_expiring(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Tell owner and deputy that a certificate ends soon; the job `certificate.expiring`."""
    _tell(hub, values, "certificate-expiring", now=now)


def _tell(hub: Instance, values: Mapping[str, str], letter: str, *, now: datetime) -> None:
    with hub.db.transaction() as session:
        row = queries.certificate(session, uuid.UUID(values["certificate_id"]))
        try:
            owner = bodies.contact(session, row.owner_id)
        except NotFoundError:
            return  # left meanwhile: nothing is sent to this certificate any more
        _promise(session, row, letter, owner.email, "/certificates", now=now)
        for deputy in _deputies(session, owner):
            _promise(session, row, f"deputy-{letter}", deputy.email, "/bodies/mine", now=now)


def _deputies(session: orm.Session, owner: Contact) -> list[Contact]:
    """Return the deputies who can see to it; the deputy's own is the main contact's business too."""
    kinds = {ContactKind.MAIN} if owner.kind is ContactKind.DEPUTY else {ContactKind.DEPUTY}
    others = bodies.contacts(session, owner.body_id)
    return [each for each in others if each.kind in kinds and bodies.is_confirmed(session, each)]


def _promise(
    session: orm.Session, row: ContactCertificate, letter: str, to: str, path: str, *, now: datetime
) -> None:
    key = f"{letter}/{row.id}/{now.astimezone(JST).date()}/{to}"[:200]
    outbox.promise(session, "letter", now=now, key=key, letter=letter, to=to, path=path, occasion=row.id)
