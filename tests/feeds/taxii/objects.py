"""STIX objects for the tests of this folder."""

import base64
import hashlib
import json
import uuid
from typing import Any

CREATED = "2026-11-20T01:00:00.000Z"


def note(number: int = 0, *, modified: str = CREATED, **more: object) -> dict[str, Any]:
    """A note whose id is the same for the same number."""
    return {
        "type": "note",
        "spec_version": "2.1",
        "id": note_id(number),
        "created": CREATED,
        "modified": modified,
        "content": f"note {number}",
        "object_refs": ["report--0c7b1f1f-0a86-4f52-9d2e-52b1a4dbbb4e"],
    } | more


def note_id(number: int = 0) -> str:
    return f"note--{uuid.UUID(int=number, version=4)}"


def artifact(payload: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(payload).hexdigest()
    return {
        "type": "artifact",
        "spec_version": "2.1",
        "id": f"artifact--{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "payload_bin": base64.b64encode(payload).decode(),
        "hashes": {"SHA-256": digest},
    }


def written(value: object) -> bytes:
    return json.dumps(value).encode()


def envelope(*objects: object) -> bytes:
    return written({"objects": list(objects)})
