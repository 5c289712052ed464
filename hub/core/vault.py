"""Encryption at rest: an AES-256-GCM envelope around each secret value.

Form: `version | key id | nonce | wrapped data key | nonce | ciphertext`. The additional data name the
table, row, column and revision, so that a value put into another row does not open there. The
key-encryption key lies in a file that only the hub can read, never in the database or the environment.
A new one re-wraps the data keys only (`hub.core.rewrapping`); overwriting an envelope destroys its data
key, and with it the record (`hub.core.shredding`).
"""

import os
from collections.abc import Callable, Sequence
from contextvars import ContextVar
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
SHREDDED = b"\x00shredded"  # what stands in place of an envelope whose record was destroyed


class SealBrokenError(HubError):
    """The stored bytes do not open here: changed, moved from another row, or of another key."""


class ShreddedError(SealBrokenError):
    """The record was destroyed: its data key is gone, and with it what it said."""


OPENED: ContextVar[int] = ContextVar("opened", default=0)  # values, since the edge last set it to 0


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
    """Seals with one key-encryption key; opens also what lies under an older one, until it is re-wrapped.

    `renew` reads the keys again: a process that was started before the key was changed learns the new one
    when it meets the first value that is sealed with it.
    """

    def __init__(self, *keys: bytes, renew: Callable[[], Sequence[bytes]] | None = None) -> None:
        self._renew = renew
        self._take(keys)

    def _take(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ConfigurationError("the key-encryption key must be 32 bytes")
        self._wraps = {_key_id(key): AESGCM(key) for key in keys}
        self._current = _key_id(keys[0])

    def seal(self, plain: bytes, *, place: Place) -> bytes:
        """Return the envelope around `plain`, bound to its place."""
        data_key = AESGCM.generate_key(bit_length=256)
        inner = os.urandom(NONCE_BYTES)
        return self._wrapped(data_key, place) + inner + AESGCM(data_key).encrypt(inner, plain, place.bound())

    def open(self, sealed: bytes, *, place: Place) -> bytes:
        """Return the plain value; counted in OPENED.

        Raises:
            ShreddedError: the record was destroyed.
            SealBrokenError: the envelope is not this vault's, not of this place, or was changed.

        """
        OPENED.set(OPENED.get() + 1)
        data_key, rest = self._data_key(sealed, place)
        inner, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        try:
            return AESGCM(data_key).decrypt(inner, body, place.bound())
        except (InvalidTag, ValueError):
            raise SealBrokenError(f"{place.table}.{place.column} does not open") from None

    def rewrap(self, sealed: bytes, *, place: Place) -> bytes:
        """Return the envelope with its data key under the current key; the ciphertext stays as it is.

        Raises:
            SealBrokenError: the envelope is not this vault's, not of this place, or was changed.

        """
        if self.is_current(sealed):
            return sealed
        data_key, rest = self._data_key(sealed, place)
        return self._wrapped(data_key, place) + rest

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether nothing is left to re-wrap: the current key is used, or the value was destroyed."""
        return sealed in {b"", SHREDDED} or sealed[: 1 + KEY_ID_BYTES] == VERSION + self._current

    def _wrapped(self, data_key: bytes, place: Place) -> bytes:
        head, outer = VERSION + self._current, os.urandom(NONCE_BYTES)
        wrapped = self._wraps[self._current].encrypt(outer, data_key, head + place.bound())
        return head + outer + wrapped

    def _data_key(self, sealed: bytes, place: Place) -> tuple[bytes, bytes]:
        """Return the data key, and what follows it: the inner nonce and the ciphertext."""
        if sealed == SHREDDED:
            raise ShreddedError("This record was destroyed.")
        head, rest = sealed[: 1 + KEY_ID_BYTES], sealed[1 + KEY_ID_BYTES :]
        outer, rest = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        wrapped, rest = rest[:WRAPPED_BYTES], rest[WRAPPED_BYTES:]
        try:
            return self._wrap_of(head).decrypt(outer, wrapped, head + place.bound()), rest
        except (InvalidTag, ValueError):
            raise SealBrokenError(f"{place.table}.{place.column} does not open") from None

    def _wrap_of(self, head: bytes) -> AESGCM:
        version, key_id = head[:1], head[1:]
        if version == VERSION and key_id not in self._wraps and self._renew is not None:
            self._take(self._renew())
        if version != VERSION or key_id not in self._wraps:
            raise SealBrokenError("sealed with another key")
        return self._wraps[key_id]


def _key_id(key: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"key id" + key)
    return digest.finalize()[:KEY_ID_BYTES]
