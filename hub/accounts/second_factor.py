"""Time-based one-time passwords (RFC 6238): a code of the present, previous or next step, each once."""

import base64
import hashlib
import hmac
import uuid
from datetime import datetime

import pyotp

from hub.core.vault import Place

STEP = 30  # seconds (RFC 6238, 4.1)
ISSUER = "Priority Hub"


def secret_for(invitation: str, *, key: bytes) -> str:
    """Return the secret that goes with an invitation: nothing is stored before the person proves it."""
    derived = hmac.new(key, f"totp\x1f{invitation}".encode(), hashlib.sha256).digest()
    return base64.b32encode(derived[:20]).decode()


def address(secret: str, *, email: str) -> str:
    """Return the otpauth: URI that an authenticator application reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str, *, last: int | None, now: datetime) -> int | None:
    """Return the time step whose code was typed, or None if it is wrong or was used before."""
    present = int(now.timestamp()) // STEP
    for step in (present, present - 1, present + 1):
        right = pyotp.TOTP(secret).at(step * STEP)
        if hmac.compare_digest(right.encode(), code.strip().encode()) and (last is None or step > last):
            return step
    return None


def place(account_id: uuid.UUID) -> Place:
    """Return where the sealed secret of an account lives."""
    return Place(table="account", row=account_id, column="totp_secret")
