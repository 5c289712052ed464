"""Signing one thing with one's own passkey: the challenge is the hash of what is signed, not random bytes."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from hub.accounts.passkeys import ceremony, service
from hub.accounts.passkeys.assertion import Assertion
from hub.accounts.passkeys.ceremony import Site
from hub.core.errors import ConflictError, NotAllowedError

ANOTHER = "What you signed has changed since you opened the page. Read it again and sign what it is now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a person's passkey answered, at the hub as it is reached."""

    assertion: Assertion
    site: Site


def accept(
    session: orm.Session,
    account_id: uuid.UUID | None,
    signature: Signature,
    *,
    challenge: bytes,
    now: datetime,
) -> tuple[uuid.UUID, str]:
    """Return the account that has signed this, and its assertion (JSON), to be kept with it.

    Raises:
        AssertionRefusedError: no usable passkey of this account has signed it.
        ConflictError: a passkey has signed, but something else.
        NotAllowedError: nobody has signed in.

    """
    if account_id is None:
        raise NotAllowedError("Only a person can sign")
    if ceremony.challenge_of(signature.assertion) != challenge:
        raise ConflictError(ANOTHER)
    service.accept(
        session, account_id, signature.assertion, challenge=challenge, site=signature.site, now=now
    )
    return account_id, signature.assertion.to_json()
