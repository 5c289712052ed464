"""The receipt that a body's tools send back: a STIX note about the report, with the code as a reference."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from feeds.formats.stix_ids import millisecond
from hub.core.clock import rfc3339

SOURCE = "priority-information-receipt"  # the source_name of a receipt code


def receipt_note(code: str, *, report: str, at: datetime) -> dict[str, Any]:
    """Return the note; the same receipt is always the same object, so that sending it again adds nothing."""
    digest = hashlib.sha256(f"{SOURCE}\x1f{code}\x1f{report}".encode()).digest()
    instant = f"{rfc3339(millisecond(at))[:-4]}Z"
    return {
        "type": "note",
        "spec_version": "2.1",
        "id": f"note--{uuid.UUID(bytes=digest[:16], version=4)}",
        "created": instant,
        "modified": instant,
        "content": "received",
        "object_refs": [report],
        "external_references": [{"source_name": SOURCE, "external_id": code}],
    }
