"""A row of the log, looked at: what it hashes to, and whether the hub wrote it."""

import hmac
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from hub.core.audit import Actor, Facts, stamp, who_digest


class Written(Protocol):
    """What is read of a row."""

    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def action(self) -> str: ...  # noqa: D102
    @property
    def account_id(self) -> uuid.UUID | None: ...  # noqa: D102
    @property
    def organisation_id(self) -> uuid.UUID | None: ...  # noqa: D102
    @property
    def address(self) -> str | None: ...  # noqa: D102
    @property
    def subject_id(self) -> uuid.UUID | None: ...  # noqa: D102
    @property
    def concerns_id(self) -> uuid.UUID | None: ...  # noqa: D102
    @property
    def details(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def nonce(self) -> bytes | None: ...  # noqa: D102
    @property
    def stamp(self) -> bytes | None: ...  # noqa: D102


def digest_of(row: Written) -> bytes:
    """Return what a row hashes to."""
    return facts_of(row).digest()


def facts_of(row: Written) -> Facts:
    """Return what a row says."""
    return Facts(
        at=row.at,
        action=row.action,
        subject_id=row.subject_id,
        concerns_id=row.concerns_id,
        details=row.details,
        who=who_digest(actor_of(row), row.nonce),
    )


def actor_of(row: Written) -> Actor:
    """Return who acted."""
    return Actor(account_id=row.account_id, organisation_id=row.organisation_id, address=row.address)


def is_genuine(row: Written, digest: bytes, *, key: bytes, before: int) -> bool:
    """Tell whether the hub wrote a row of this digest: its stamp fits. Up to `before` it may have none."""
    if row.stamp is None:
        return row.number <= before
    return hmac.compare_digest(row.stamp, stamp(digest, key=key))
