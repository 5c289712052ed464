"""The checks of a receiving client, in their order; each that fails names its reason and ends the matter.

Payload hash, decryption, signer, recipient, number, revision, time, hash of the copy before. What stands
outside the seal is believed by none of them.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feeds.formats.envelope import Heartbeat, Manifest, Opened, read_envelope
from feeds.receiver.key import Key
from feeds.receiver.parcels import require_bundles
from feeds.receiver.states import Reason
from hub.core.errors import HubError, InputError
from keys.sealing import DamagedError, NotForMeError, OpeningError, UnsignedError, WrongSignerError

OPENING: dict[type[OpeningError], Reason] = {
    NotForMeError: Reason.NOT_FOR_THIS_KEY,
    DamagedError: Reason.DAMAGED,
    UnsignedError: Reason.UNSIGNED,
    WrongSignerError: Reason.WRONG_SIGNER,
}


class PutAsideError(HubError):
    """A check failed; nothing of the object may be handed on."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.sentence)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A sealed copy that opened: its message, the hash of its plaintext, and what it holds."""

    sealed: bytes
    sha256: str
    opened: Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known when a copy or heartbeat arrives.

    `missing` tells that this number is; `before` is the hash of the plaintext of the number before, None
    if that is not known; `revision` is the newest of the matter, 0 if there is none.
    """

    first_seq: int = 0
    last_seq: int = 0
    last_sha256: str = ""
    missing: bool = False
    before: str | None = None
    revision: int = 0
    heartbeat_at: datetime | None = None


def payload_of(document: Mapping[str, Any]) -> bytes:
    """Return the sealed message of an artifact.

    Raises:
        PutAsideError: it is no artifact with a payload, or its hash is another's.

    """
    payload, hashes = document.get("payload_bin"), document.get("hashes")
    if document.get("type") != "artifact" or not isinstance(payload, str) or not isinstance(hashes, dict):
        raise PutAsideError(Reason.NOT_SEALED)
    try:
        message = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        raise PutAsideError(Reason.NOT_SEALED) from None
    if hashlib.sha256(message).hexdigest() != hashes.get("SHA-256"):
        raise PutAsideError(Reason.PAYLOAD_HASH)
    return message


def unseal(message: bytes, key: Key) -> Copy:
    """Return what the hub has sealed to us and to nobody else.

    Raises:
        PutAsideError: it does not open, is not signed by the pinned key, or was made for another.
        ConfigurationError: our own key opens nothing now.

    """
    try:
        plaintext = key.open(message)
    except OpeningError as error:
        if not isinstance(error, UnsignedError | WrongSignerError):
            key.check()
        raise PutAsideError(OPENING[type(error)]) from None
    try:
        opened = read_envelope(plaintext)
        if isinstance(opened.manifest, Manifest):
            require_bundles(opened)
    except InputError:
        raise PutAsideError(Reason.MALFORMED) from None
    if opened.manifest.to not in key.own:
        raise PutAsideError(Reason.FORWARDED)
    return Copy(sealed=message, sha256=hashlib.sha256(plaintext).hexdigest(), opened=opened)


def check_number(manifest: Manifest, known: Standing) -> None:
    """Check that the number is a new one, or one that is missing.

    Raises:
        PutAsideError: it came before.

    """
    if manifest.seq <= known.last_seq and not known.missing:
        raise PutAsideError(Reason.REPLAYED)


def check_copy(manifest: Manifest, known: Standing, *, now: datetime) -> None:
    """Check a copy against what came before it.

    Raises:
        PutAsideError: number, revision, time or the hash of the copy before it is not right.

    """
    check_number(manifest, known)
    if manifest.revision <= known.revision:
        raise PutAsideError(Reason.OLDER_REVISION)
    if manifest.valid_until <= now:
        raise PutAsideError(Reason.STALE)
    if known.before is not None and manifest.prev_sha256 != known.before:
        raise PutAsideError(Reason.BROKEN_CHAIN)


def check_heartbeat(beat: Heartbeat, known: Standing, *, now: datetime) -> None:
    """Check a heartbeat against the one before it and against the head that we know.

    Raises:
        PutAsideError: it is older, its time is over, or it tells another series than ours.

    """
    older = known.heartbeat_at is not None and beat.issued <= known.heartbeat_at
    if older or beat.head_seq < known.last_seq:
        raise PutAsideError(Reason.OLDER_HEARTBEAT)
    if beat.valid_until <= now:
        raise PutAsideError(Reason.STALE)
    if beat.head_seq == known.last_seq and known.last_sha256 != beat.head_sha256:
        raise PutAsideError(Reason.BROKEN_CHAIN)
