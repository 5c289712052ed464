"""The return path of a mail: an opaque token of its mailing, by which a report of failure finds back.

The token is the mailing's random id and a keyed hash of it, so that nobody makes one up; it tells nothing
of what the mail holds or who reads it.
"""

import base64
import binascii
import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable

from hub.core.returns import Bounces

SEAL_BYTES = 10
TOKEN = r"[a-z2-7]{42}"  # noqa: S105 - the form of a token


def return_path(bounces: Bounces | None, mailing_id: uuid.UUID, *, key: bytes) -> str | None:
    """Return the envelope sender of a mail, or None where nobody reads what comes back."""
    if bounces is None:
        return None
    local, _, domain = bounces.address.rpartition("@")
    return f"{local}+{_token(mailing_id, key=key)}@{domain}"


def mailing_of(bounces: Bounces, addressed: Iterable[str], *, key: bytes) -> uuid.UUID | None:
    """Return the mailing that one of these addresses names with a genuine token, or None."""
    local, _, domain = bounces.address.lower().rpartition("@")
    form = re.compile(rf"(?<![^\s<,]){re.escape(local)}\+({TOKEN})@{re.escape(domain)}(?![^\s>,])")
    found = (match[1] for each in addressed for match in form.finditer(each.lower()))
    return next((genuine for each in found if (genuine := _genuine(each, key=key)) is not None), None)


def _token(mailing_id: uuid.UUID, *, key: bytes) -> str:
    seal = hmac.digest(key, b"return-path\x1f" + mailing_id.bytes, hashlib.sha256)[:SEAL_BYTES]
    return base64.b32encode(mailing_id.bytes + seal).decode().rstrip("=").lower()


def _genuine(token: str, *, key: bytes) -> uuid.UUID | None:
    try:
        told = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return None
    mailing_id = uuid.UUID(bytes=told[:16])
    return mailing_id if hmac.compare_digest(_token(mailing_id, key=key), token) else None
