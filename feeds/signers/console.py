"""What is done at the console of the worker's machine: the first passkeys pinned, one removed at once."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import orm

from feeds.signers import pinned, queries, service
from feeds.signers.entry import SIGNING, Change, Entry, entries_of
from feeds.signers.pinned import Pinned
from feeds.signers.states import MOVES, Move, State
from hub.accounts import queries as accounts
from hub.accounts.states import State as AccountState
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.errors import ConflictError, NotAllowedError, NotFoundError
from hub.core.machine import step

AT_THE_CONSOLE = 2  # people; whoever comes later is vouched for by two of them


def candidates(session: orm.Session, email: str) -> tuple[Entry, ...]:
    """Return the passkeys that a coordinator or reviewer has registered on the pages.

    Raises:
        NotFoundError: there is no such active account, or it has no passkey.

    """
    account = accounts.account_by_email(session, email)
    if account is None or account.state is not AccountState.ACTIVE or account.role not in SIGNING:
        raise NotFoundError(f"{email} is no active coordinator or reviewer")
    found = entries_of(session, account)
    if not found:
        raise NotFoundError(f"{email} has registered no passkey; it is added under Account")
    return found


def pin(session: orm.Session, entry: Entry, *, config: Config, now: datetime) -> None:
    """Pin one of the first two people's passkeys; its fingerprint was compared by telephone.

    Raises:
        NotAllowedError: two people are pinned already; they vouch for the next one.

    """
    with pinned.locked(config.pinned_passkeys):
        held = pinned.load(config.pinned_passkeys)
        if len(held.people - {entry.email}) >= AT_THE_CONSOLE:
            raise NotAllowedError("Two people are pinned already. They vouch for others on the pages")
        pinned.save(config.pinned_passkeys, held.with_pin(entry, now=now))
    _log(session, "passkey.pinned", entry, Change.ADD, now=now)


def remove(session: orm.Session, fingerprint: str, *, config: Config, now: datetime) -> Entry:
    """Take a passkey out of the file at once, or stop a change that was to add it; return whose it was.

    Raises:
        NotFoundError: none begins so.
        ConflictError: several begin so.

    """
    with pinned.locked(config.pinned_passkeys):
        held = pinned.load(config.pinned_passkeys)
        known = {pin.entry for pin in held.pins} | {coming.entry for coming in held.coming}
        found = chosen(known, fingerprint)
        pinned.save(config.pinned_passkeys, held.without(found))
    _log(session, "passkey.unpinned", found, Change.REMOVE, now=now)
    return found


def chosen(entries: Collection[Entry], fingerprint: str) -> Entry:
    """Return the entry whose fingerprint begins so.

    Raises:
        NotFoundError: none begins so.
        ConflictError: several begin so.

    """
    wanted = "".join(fingerprint.split()).upper()
    found = [each for each in entries if wanted and each.fingerprint.startswith(wanted)]
    if not found:
        raise NotFoundError("No passkey here has a fingerprint that begins so")
    if len(found) > 1:
        raise ConflictError("Several passkeys begin so; type more of the fingerprint")
    return found[0]


def listed(config: Config) -> Pinned:
    """Return the file; those who come soonest first."""
    held = pinned.load(config.pinned_passkeys)
    return replace(held, coming=tuple(sorted(held.coming, key=lambda each: each.counts_from)))


def _log(session: orm.Session, act: str, entry: Entry, change: Change, *, now: datetime) -> None:
    for each in queries.open_changes(session):
        if each.credential_id == entry.credential_id:
            each.state = step(MOVES, each.state, Move.DROP)  # the console has decided it
    service.noted(session, entry, change, State.DONE, by=THE_HUB, now=now)
    audit.record(session, act, by=THE_HUB, now=now, fingerprint=entry.fingerprint[:32])
