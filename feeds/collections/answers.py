"""What a body's tools give back: receipt codes in the references of notes, opinions and sightings."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

import orjson
from sqlalchemy import orm

from feeds.delivery import receipts
from hub.core.audit import Actor

ANSWERING = frozenset({"note", "opinion", "sighting"})
SOURCE = "priority-information-receipt"


def receipt_codes(documents: Sequence[bytes]) -> Iterator[str]:
    """Find the receipt codes: external_references of our source name, in objects that can answer."""
    for document in documents:
        answer = orjson.loads(document)
        if answer.get("type") not in ANSWERING:
            continue
        references = answer.get("external_references")
        for reference in references if isinstance(references, list) else []:
            if isinstance(reference, dict) and reference.get("source_name") == SOURCE:
                yield str(reference.get("external_id", ""))


def take(
    session: orm.Session, code: str, body_id: uuid.UUID, *, key: bytes, by: Actor, now: datetime
) -> None:
    """Move the delivery of this code to opened; a code that is none of the body's changes nothing."""
    receipts.acknowledge(session, code, body_id=body_id, key=key, by=by, now=now)
