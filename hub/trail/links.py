"""What the chains are made of: pure functions from values to hashes. `docs/audit.md` writes them out."""

import hashlib
import uuid
from collections.abc import Iterable

COMMON = uuid.UUID(int=0)  # the chain of what is of no body
GLOBAL_START = hashlib.sha256(b"audit anchors").digest()


def start(chain_id: uuid.UUID) -> bytes:
    """Return what the first row of a chain follows."""
    return hashlib.sha256(b"audit chain" + chain_id.bytes).digest()


def link(chain_id: uuid.UUID, place: int, previous: bytes, digest: bytes) -> bytes:
    """Return the hash of a row at its place, from 1, after the row with the hash `previous`."""
    return hashlib.sha256(b"audit row" + chain_id.bytes + _number(place) + previous + digest).digest()


def anchor(place: int, at: str, previous: bytes, heads: Iterable[tuple[uuid.UUID, int, bytes]]) -> bytes:
    """Return the hash of an anchor over the heads (chain, length, hash) of the chains that grew."""
    said = b"".join(chain.bytes + _number(length) + head for chain, length, head in sorted(heads))
    return hashlib.sha256(b"audit anchor" + _number(place) + at.encode() + previous + said).digest()


def _number(value: int) -> bytes:
    return value.to_bytes(8, "big")
