"""The nightly round: announce what comes due, tell staff, destroy what is due, sweep its bytes away."""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import outbox, shredding
from hub.core.clock import JST
from hub.core.instance import Instance
from hub.retention import service
from hub.retention.destroying import SWEPT
from hub.retention.models import Kind

log = logging.getLogger(__name__)

NIGHT = "retention.look"
PAGE = "/retention"
TOLD = {
    Kind.DRAFTS: (Role.COORDINATOR,),
    Kind.COPIES: (Role.COORDINATOR,),
    Kind.ATTACHMENTS: (Role.COORDINATOR, Role.REVIEWER),
    Kind.LOG: (Role.ADMINISTRATOR, Role.AUDITOR),
}


def look(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Announce and carry out; the job `retention.look`. One record that fails keeps no other from its end."""
    with hub.db.transaction() as session:
        for kind, count in service.announce(session, keep=hub.config.keep, now=now).items():
            if count:
                _tell(session, kind, now=now)
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)
    with hub.db.reading() as session:
        due = service.due(session, now=now)
    failed = sum(not _carried_out(hub, each, now=now) for each in due)
    _sweep(hub, now=now)
    if failed:
        raise DestructionFailedError(f"{failed} records could not be destroyed")


def _carried_out(hub: Instance, destruction_id: uuid.UUID, *, now: datetime) -> bool:
    try:
        with hub.db.transaction() as session:
            service.carry_out(session, destruction_id, keep=hub.config.keep, now=now)
    except Exception as error:
        facts = {"destruction": destruction_id}
        log.error("a record could not be destroyed", extra=facts, exc_info=error)  # noqa: TRY400 - it is in exc_info
        return False
    return True


def _sweep(hub: Instance, *, now: datetime) -> None:
    """Drop the bytes of what was destroyed; where somebody still reads what was before, the next night."""
    with hub.db.reading() as session:
        tables = service.unswept(session)
    for table in sorted(tables):
        if shredding.sweep(hub.db, SWEPT.get(table, table)):
            with hub.db.transaction() as session:
                service.swept(session, table, done_before=now, now=now)


class DestructionFailedError(Exception):
    """Some records could not be destroyed; the round is tried again and then shown as given up."""


def _tell(session: orm.Session, kind: Kind, *, now: datetime) -> None:
    day = now.astimezone(JST).date()
    for role in TOLD[kind]:
        for account in accounts.active(session, role):
            key = f"{NIGHT}/{day}/{account.id}"
            outbox.promise(
                session,
                "letter",
                now=now,
                key=key,
                letter="retention-coming",
                to=account.email,
                path=PAGE,
                occasion=str(day),
            )
