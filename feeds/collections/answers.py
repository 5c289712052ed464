"""What a body's tools give back: receipt codes in notes, opinions and sightings about a notice's report."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import orm

from feeds.advisories.models import Advisory, Release
from feeds.delivery import receipts
from feeds.delivery.models import Copy, Mailing
from feeds.formats.receipt_code import plain
from feeds.formats.receipt_note import SOURCE
from feeds.formats.stix_ids import stix_id
from feeds.matters import at_rest
from hub.core.audit import Actor
from hub.core.instance import Instance

ANSWERING = {"note": "object_refs", "opinion": "object_refs", "sighting": "sighting_of_ref"}


def take(
    session: orm.Session,
    documents: Sequence[bytes],
    body_id: uuid.UUID,
    *,
    hub: Instance,
    by: Actor,
    now: datetime,
) -> None:
    """Move each delivery to opened whose report an answer is about and whose receipt code it holds.

    A code that is none of the body's, or stands beside another report, changes nothing.
    """
    claims = {claim for document in documents for claim in _claims(orjson.loads(document))}
    known = receipts.codes_of(session, body_id, key=hub.token_key) if claims else {}
    for code in {code for code, _ in claims if code in known}:
        if (code, _report(session, known[code], hub)) in claims:
            receipts.acknowledge(session, code, body_id=body_id, key=hub.token_key, by=by, now=now)


def _claims(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (receipt code, STIX id that the answer is about), each that it names."""
    about = answer.get(ANSWERING.get(answer["type"], ""))
    for code in _codes(answer.get("external_references")):
        for each in about if isinstance(about, list) else [about]:
            if isinstance(each, str):
                yield code, each


def _codes(references: object) -> set[str]:
    return {
        plain(str(each.get("external_id", "")))
        for each in (references if isinstance(references, list) else [])
        if isinstance(each, dict) and each.get("source_name") == SOURCE
    }


def _report(session: orm.Session, delivery: Copy | Mailing, hub: Instance) -> str:
    release = session.get_one(Release, delivery.release_id)
    matter = session.get_one(Advisory, release.advisory_id).matter
    return stix_id(at_rest.secret_of(matter, vault=hub.vault), "report", "report")
