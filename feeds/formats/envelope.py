"""The plaintext of a sealed copy: a manifest for the receiver's checks, the bundle, its sectors' notes, CSAF.

It is signed as exact bytes and padded with spaces to steps of 4 KiB, so that the length of a message on
the wire tells little about the notice. A heartbeat is a manifest alone: it says where the series stands.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from feeds.formats.content import DRILL, Kind
from feeds.formats.tracking import is_tracking_id
from hub.core.clock import rfc3339
from hub.core.errors import InputError

VERSION = 1
STEP = 4096
HEARTBEAT = "heartbeat"

_FINGERPRINT = re.compile(r"[0-9A-F]{40}|[0-9A-F]{64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the receiver checks before a copy is handed on.

    `to` is the primary fingerprint sealed to; `seq` counts per body without gaps; `prev_sha256` is the
    hash of the plaintext before this one, empty for the first. A drill is a first notice to practise with.
    """

    to: str
    tracking_id: str
    revision: int
    kind: Kind
    seq: int
    prev_sha256: str
    issued: datetime
    valid_until: datetime
    receipt_code: str
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Where a body's series stands, so that a client notices what is withheld from it."""

    to: str
    head_seq: int
    head_sha256: str
    issued: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a reader found in a sealed copy; a heartbeat has nothing but its manifest, some copies no CSAF."""

    manifest: Manifest | Heartbeat
    bundle: bytes = b""
    notes: tuple[bytes, ...] = ()
    csaf: bytes | None = None


def envelope(
    manifest: Manifest, bundle: bytes, notes: Sequence[bytes], *, csaf: bytes | None = None
) -> bytes:
    """Return the plaintext of a copy; `bundle`, `notes` and `csaf` are JSON and go in byte for byte."""
    head = {
        "v": VERSION,
        "to": manifest.to,
        "tracking_id": manifest.tracking_id,
        "revision": manifest.revision,
        "kind": DRILL if manifest.drill else manifest.kind.value,
        "seq": manifest.seq,
        "prev_sha256": manifest.prev_sha256,
        "issued": rfc3339(manifest.issued),
        "valid_until": rfc3339(manifest.valid_until),
        "receipt_code": manifest.receipt_code,
    }
    beside = b"" if csaf is None else b',"csaf":' + csaf
    parts = (orjson.dumps(head), bundle, b",".join(notes), beside)
    return _padded(b'{"manifest":%b,"bundle":%b,"notes":[%b]%b}' % parts)


def heartbeat(beat: Heartbeat) -> bytes:
    """Return the plaintext of a heartbeat."""
    head = {
        "v": VERSION,
        "to": beat.to,
        "kind": HEARTBEAT,
        "head_seq": beat.head_seq,
        "head_sha256": beat.head_sha256,
        "issued": rfc3339(beat.issued),
        "valid_until": rfc3339(beat.valid_until),
    }
    return _padded(b'{"manifest":%b}' % orjson.dumps(head))


def read_envelope(plaintext: bytes) -> Opened:
    """Read what `envelope` or `heartbeat` wrote.

    Raises:
        InputError: it is not in that form; the problems name the fields and never their values.

    """
    document = _mapping(_json(plaintext), "envelope")
    head = _mapping(document.get("manifest"), "manifest")
    if head.get("v") != VERSION:
        raise InputError({"v": "not a version that this reader knows"})
    if head.get("kind") == HEARTBEAT:
        return Opened(manifest=_heartbeat(head))
    notes = document.get("notes")
    if not isinstance(notes, list):
        raise InputError({"notes": "not a list"})
    return Opened(
        manifest=_manifest(head),
        bundle=orjson.dumps(_mapping(document.get("bundle"), "bundle")),
        notes=tuple(orjson.dumps(_mapping(note, "notes")) for note in notes),
        csaf=orjson.dumps(_mapping(document["csaf"], "csaf")) if "csaf" in document else None,
    )


def _padded(document: bytes) -> bytes:
    return document.ljust(-(-len(document) // STEP) * STEP)


def _json(plaintext: bytes) -> object:
    try:
        return orjson.loads(plaintext)
    except orjson.JSONDecodeError as error:
        raise InputError({"envelope": "not JSON"}) from error


def _mapping(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError({name: "not an object"})
    return value


def _manifest(head: dict[str, Any]) -> Manifest:
    kind = _text(head, "kind", lambda text: text in {*Kind, DRILL})
    return Manifest(
        to=_text(head, "to", _FINGERPRINT.fullmatch),
        tracking_id=_text(head, "tracking_id", is_tracking_id),
        revision=_count(head, "revision"),
        kind=Kind.NEW if kind == DRILL else Kind(kind),
        seq=_count(head, "seq"),
        prev_sha256=_text(head, "prev_sha256", lambda text: not text or _SHA256.fullmatch(text)),
        issued=_instant(head, "issued"),
        valid_until=_instant(head, "valid_until"),
        receipt_code=_text(head, "receipt_code", bool),
        drill=kind == DRILL,
    )


def _heartbeat(head: dict[str, Any]) -> Heartbeat:
    return Heartbeat(
        to=_text(head, "to", _FINGERPRINT.fullmatch),
        head_seq=_count(head, "head_seq", least=0),
        head_sha256=_text(head, "head_sha256", lambda text: not text or _SHA256.fullmatch(text)),
        issued=_instant(head, "issued"),
        valid_until=_instant(head, "valid_until"),
    )


def _text(head: dict[str, Any], name: str, good: Callable[[str], object]) -> str:
    value = head.get(name)
    if not isinstance(value, str) or not good(value):
        raise InputError({name: "missing or not in its form"})
    return value


def _count(head: dict[str, Any], name: str, *, least: int = 1) -> int:
    value = head.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise InputError({name: "missing or not a count"})
    return value


def _instant(head: dict[str, Any], name: str) -> datetime:
    try:
        instant = datetime.fromisoformat(_text(head, name, bool))
    except ValueError as error:
        raise InputError({name: "not an instant"}) from error
    if instant.tzinfo is None:
        raise InputError({name: "an instant without a zone"})
    return instant.astimezone(UTC)
