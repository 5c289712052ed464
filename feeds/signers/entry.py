"""A person whose passkey the worker believes, and what two others sign to add or to remove one."""

import hashlib
import uuid
from dataclasses import dataclass
from enum import StrEnum

import orjson
from sqlalchemy import orm

from hub.accounts.models import Account, Role
from hub.accounts.passkeys import queries as passkeys
from hub.accounts.passkeys.assertion import encoded

FORM = "priority-hub/pinned-passkey/1"
SIGNING = frozenset({Role.COORDINATOR, Role.REVIEWER})
GROUP = 4  # characters of a fingerprint that are read aloud together


class Change(StrEnum):
    """What is to happen to an entry of the worker's file."""

    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who holds a passkey; `email` names the person, who may hold several."""

    email: str
    name: str
    role: Role
    credential_id: bytes
    public_key: bytes

    @property
    def fingerprint(self) -> str:
        """Return the hash of the passkey: 64 hex characters, of which people compare the first half."""
        length = len(self.credential_id).to_bytes(2, "big")
        return hashlib.sha256(length + self.credential_id + self.public_key).hexdigest().upper()

    @property
    def spoken(self) -> str:
        """Return the half of the fingerprint that is read over the telephone: 128 bits, in groups."""
        half = self.fingerprint[:32]
        return " ".join(half[at : at + GROUP] for at in range(0, len(half), GROUP))


def challenge(entry: Entry, change: Change, *, change_id: uuid.UUID) -> bytes:
    """Return what two people's passkeys sign; the id makes an old signature worth nothing later."""
    stated = {
        "form": FORM,
        "change": change,
        "change_id": change_id,
        "email": entry.email,
        "name": entry.name,
        "role": entry.role,
        "credential_id": encoded(entry.credential_id),
        "public_key": encoded(entry.public_key),
    }
    return hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).digest()


def entries_of(session: orm.Session, account: Account) -> tuple[Entry, ...]:
    """Return an account's passkeys as they would be pinned, the oldest first."""
    return tuple(
        Entry(
            email=account.email,
            name=account.name,
            role=account.role,
            credential_id=each.credential_id,
            public_key=each.public_key,
        )
        for each in passkeys.passkeys_of(session, account.id)
    )
