"""What is done at the console of the worker's machine: the first passkeys pinned, one removed at once."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import orm

from feeds.signers import pinned
from feeds.signers.entry import SIGNING, Entry, entries_of
from feeds.signers.pinned import Pinned
from hub.accounts import queries as accounts
from hub.accounts.states import State
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.errors import ConflictError, NotAllowedError, NotFoundError

AT_THE_CONSOLE = 2  # people; whoever comes later is vouched for by two of them


def candidates(session: orm.Session, email: str) -> tuple[Entry, ...]:
    """Return the passkeys that a coordinator or reviewer has registered on the pages.

    Raises:
        NotFoundError: there is no such active account, or it has no passkey.

    """
    account = accounts.account_by_email(session, email)
    if account is None or account.state is not State.ACTIVE or account.role not in SIGNING:
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
    held = pinned.load(config.pinned_passkeys)
    others = held.people - {entry.email}
    if len(others) >= AT_THE_CONSOLE:
        raise NotAllowedError("Two people are pinned already. They vouch for others on the pages")
    pinned.save(config.pinned_passkeys, held.with_pin(entry, now=now))
    _log(session, "passkey.pinned", entry, now=now)


def remove(session: orm.Session, fingerprint: str, *, config: Config, now: datetime) -> Entry:
    """Take a passkey out of the file at once, or stop a change that was to add it; return whose it was.

    Raises:
        NotFoundError: none begins so.
        ConflictError: several begin so.

    """
    held = pinned.load(config.pinned_passkeys)
    known = {each.entry for each in (*held.pins, *held.coming)}
    wanted = "".join(fingerprint.split()).upper()
    found = [each for each in known if wanted and each.fingerprint.startswith(wanted)]
    if not found:
        raise NotFoundError("No pinned passkey has a fingerprint that begins so")
    if len(found) > 1:
        raise ConflictError("Several pinned passkeys begin so; type more of the fingerprint")
    pinned.save(config.pinned_passkeys, held.without(found[0]))
    _log(session, "passkey.unpinned", found[0], now=now)
    return found[0]


def listed(config: Config) -> Pinned:
    """Return the file; those who come soonest first."""
    held = pinned.load(config.pinned_passkeys)
    return replace(held, coming=tuple(sorted(held.coming, key=lambda each: each.counts_from)))


def _log(session: orm.Session, act: str, entry: Entry, *, now: datetime) -> None:
    audit.record(session, act, by=THE_HUB, now=now, fingerprint=entry.fingerprint[:32])
