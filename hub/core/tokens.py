"""Bearer secrets that the hub makes: 256 random bits, kept only as an HMAC.

They are too long to guess, so that a slow password hash would only make each check dear (KEYS: at rest).
"""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """Return a new secret of 256 bits, in characters that need no quoting in URLs or headers."""
    return secrets.token_urlsafe(32)


def digest(token: str, *, key: bytes, purpose: str) -> bytes:
    """Return what is stored of a token; `purpose` keeps a token of one kind from serving as another."""
    return hmac.digest(key, f"{purpose}\x1f{token}".encode(), hashlib.sha256)
