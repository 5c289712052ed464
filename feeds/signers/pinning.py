"""The worker's part: checks who has signed a change of its file, tells everybody, and makes it after a delay.

From when a change counts stands in the worker's own file, so that nobody shortens the delay by a row;
and those in the file are told by mail directly, so that nobody takes the notice out of the outbox.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import orm

from feeds.signers import pinned, queries, service
from feeds.signers.entry import SIGNING, Change, challenge
from feeds.signers.letters import LETTERS
from feeds.signers.models import SignerChange
from feeds.signers.pinned import Coming, Pinned
from feeds.signers.states import MOVES, Move, State
from hub.accounts.models import Role
from hub.accounts.passkeys.ceremony import Site
from hub.core import audit, outbox, smtp
from hub.core.audit import THE_HUB
from hub.core.instance import Instance
from hub.core.letters import compose
from hub.core.machine import step

COMING = "signer-coming"
PATH = "/signers"


def pin(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Take a change into the file, or make it when its time has come; the job `passkeys.pin`."""
    change_id = uuid.UUID(values["change_id"])
    with pinned.locked(hub.config.pinned_passkeys), hub.db.transaction() as session:
        row = queries.change(session, change_id, lock=True)
        held = pinned.load(hub.config.pinned_passkeys)
        if change_id in held.settled or row.state is not State.VOUCHED:
            return
        coming = next((each for each in held.coming if each.change_id == change_id), None)
        if coming is None:
            coming = _begun(hub, session, row, held, now=now)
        elif now >= coming.counts_from:
            _made(hub, session, row, held, coming, now=now)
        if coming is not None and now < coming.counts_from:
            due = coming.counts_from
            outbox.promise(session, "passkeys.pin", now=now, due_at=due, change_id=change_id)


def _begun(
    hub: Instance, session: orm.Session, row: SignerChange, held: Pinned, *, now: datetime
) -> Coming | None:
    """Keep a change that two pinned coordinators have signed, and tell; refuse any other."""
    if len(_signers(hub, row, held)) < service.VOUCHES:
        row.state = step(MOVES, row.state, Move.DROP)
        audit.record(session, "signer.not-vouched", by=THE_HUB, now=now, subject=row.id)
        _tell_staff(session, row, "signer-refused", now=now)
        return None
    counts_from = now + timedelta(hours=hub.config.pin_delay_hours)
    coming = Coming(change_id=row.id, change=row.change, entry=row.entry, counts_from=counts_from)
    _tell_pinned(hub, held, row.id, now=now)
    _tell_staff(session, row, COMING, now=now)
    row.counts_from = counts_from
    if now >= counts_from:
        _made(hub, session, row, held, coming, now=now)
    else:
        pinned.save(hub.config.pinned_passkeys, replace(held, coming=(*held.coming, coming)))
    return coming


def _signers(hub: Instance, row: SignerChange, held: Pinned) -> set[str]:
    asked = challenge(row.entry, row.change, change_id=row.id)
    site = Site(rp_id=hub.config.host, origin=hub.config.origin)
    found = (
        held.person(each.assertion, challenge=asked, site=site, roles={Role.COORDINATOR})
        for each in row.vouches
    )
    return {each.email for each in found if each is not None}


def _made(
    hub: Instance, session: orm.Session, row: SignerChange, held: Pinned, coming: Coming, *, now: datetime
) -> None:
    add = coming.change is Change.ADD
    after = held.with_pin(coming.entry, now=now) if add else held.without(coming.entry)
    settled = tuple(dict.fromkeys((*after.settled, coming.change_id)))
    pinned.save(hub.config.pinned_passkeys, replace(after, settled=settled))
    row.state = step(MOVES, row.state, Move.DO)
    act = "passkey.pinned" if add else "passkey.unpinned"
    audit.record(session, act, by=THE_HUB, now=now, subject=row.id, fingerprint=coming.entry.fingerprint[:32])


def _tell_pinned(hub: Instance, held: Pinned, change_id: uuid.UUID, *, now: datetime) -> None:
    for email in sorted(held.people):
        sender, link = hub.config.mail.sender, hub.config.base_url + PATH
        key = f"{COMING} {change_id}"
        message = compose(LETTERS[COMING], to=email, sender=sender, link=link, key=key, now=now)
        smtp.send(message, to=email, mail=hub.config.mail)


def _tell_staff(session: orm.Session, row: SignerChange, letter: str, *, now: datetime) -> None:
    for account in service.staff(session):
        outbox.promise(
            session,
            "letter",
            now=now,
            key=f"{letter}/{row.id}/{account.id}",
            letter=letter,
            to=account.email,
            path=PATH if account.role in SIGNING else "/",
            occasion=row.id,
        )
