"""The hub's own key: staff are warned before its signing subkey ends, contacts are told of a new one."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.core import audit, outbox
from hub.core.audit import THE_HUB
from hub.core.clock import JST
from hub.core.instance import Instance
from keys import hub_certificate
from keys.hub_certificate import HubCertificate
from sectors.bodies.models import Body, Contact
from sectors.bodies.queries import is_confirmed
from sectors.bodies.states import State

log = logging.getLogger(__name__)

NIGHT = "hub-key.watch"
PAGE = "/hub-certificate"
WARNING_DAYS = (7, 14, 30, 60, 90)
WARNED = (Role.ADMINISTRATOR, Role.COORDINATOR)


def watch(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Warn staff of the end of the signing subkey; the job `hub-key.watch`."""
    certificate = hub_certificate.read(hub.config.certificate_file, gpg=hub.config.gpg)
    warning = _warning(certificate, now)
    with hub.db.transaction() as session:
        if warning is not None:
            letter, occasion = warning
            for account in _staff(session):
                key = f"{letter}/{occasion}/{account.id}"
                outbox.promise(
                    session, "letter", now=now, key=key, letter=letter, to=account.email, path=PAGE
                )
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)


def _warning(certificate: HubCertificate, now: datetime) -> tuple[str, str] | None:
    """Return which letter is due and its occasion: each of WARNING_DAYS once, an ended subkey each day."""
    end = certificate.signs_until(now)
    if end is None:
        log.error("the hub's signing subkey has ended")
        return "hub-key-ended", f"{now.astimezone(JST).date()}"
    due = next((days for days in WARNING_DAYS if end - now <= timedelta(days=days)), None)
    return None if due is None else ("hub-key-expiring", f"{end:%Y%m%d}/{due}")


def _staff(session: orm.Session) -> Iterator[Account]:
    for role in WARNED:
        yield from accounts.active(session, role)


def tell_rotated(session: orm.Session, *, subkey: str, now: datetime) -> None:
    """Record a rotation, and ask every contact to fetch the certificate again."""
    audit.record(session, "hub-key.rotated", by=THE_HUB, now=now, subkey=subkey)
    present = (
        sa.select(Contact)
        .join(Body, Body.id == Contact.body_id)
        .where(Contact.left_at.is_(None), Body.state != State.LEFT)
    )
    for contact in session.scalars(present):
        if is_confirmed(session, contact):
            key = f"hub-key-rotated/{subkey}/{contact.id}"
            outbox.promise(
                session, "letter", now=now, key=key, letter="hub-key-rotated", to=contact.email, path=PAGE
            )
