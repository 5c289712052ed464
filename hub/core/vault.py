"""Encryption at rest: an AES-256-GCM envelope around each secret value.

Form: `version | key id | nonce | wrapped data key | nonce | ciphertext`. The additional data name the
table, row, column and revision, so that a value put into another row does not open there. The
key-encryption key lies in a file that only the hub can read, never in the database or the environment.
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.core.errors import ConfigurationError, HubError

VERSION = b"\x01"
KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12
WRAPPED_BYTES = KEY_BYTES + 16


class SealBrokenError(HubError):
    """The stored bytes do not open here: changed, moved from another row, or of another key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a sealed value lives; part of what is authenticated."""

    table: str
    row: object
    column: str
    revision: int = 0

    def bound(self) -> bytes:
        """Return the additional data of the envelope."""
        return "\x1f".join((self.table, str(self.row), self.column, str(self.revision))).encode()


class Vault:
    """Seals and opens values with one key-encryption key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ConfigurationError("the key-encryption key must be 32 bytes")
        self._wrap = AESGCM(key)
        digest = hashes.Hash(hashes.SHA256())
        digest.update(b"key id" + key)
        self._key_id = digest.finalize()[:KEY_ID_BYTES]

    def seal(self, plain: bytes, *, place: Place) -> bytes:
        """Return the envelope around `plain`, bound to its place."""
        data_key = AESGCM.generate_key(bit_length=256)
        outer, inner = os.urandom(NONCE_BYTES), os.urandom(NONCE_BYTES)
        head = VERSION + self._key_id
        wrapped = self._wrap.encrypt(outer, data_key, head + place.bound())
        return head + outer + wrapped + inner + AESGCM(data_key).encrypt(inner, plain, place.bound())

    def open(self, sealed: bytes, *, place: Place) -> bytes:
        """Return the plain value.

        Raises:
            SealBrokenError: the envelope is not this vault's, not of this place, or was changed.

        """
        head, rest = sealed[: 1 + KEY_ID_BYTES], sealed[1 + KEY_ID_BYTES :]
        outer, rest = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        wrapped, rest = rest[:WRAPPED_BYTES], rest[WRAPPED_BYTES:]
        inner, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        if head != VERSION + self._key_id:
            raise SealBrokenError("sealed with another key")
        try:
            data_key = self._wrap.decrypt(outer, wrapped, head + place.bound())
            return AESGCM(data_key).decrypt(inner, body, place.bound())
        except (InvalidTag, ValueError):
            raise SealBrokenError(f"{place.table}.{place.column} does not open") from None
