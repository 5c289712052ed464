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
from feeds.drills import service as drills
from feeds.formats.receipt_code import plain
from feeds.formats.receipt_note import SOURCE
from feeds.formats.stix_ids import stix_id
from feeds.matters import at_rest
from feeds.receipts.service import answer_by_code
from feeds.receipts.states import Choice
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

    A label that is one of the choices (`received`, `checking`, `affected`, `not-affected`, `forwarded`) is
    the body's answer, too. A code that is none of the body's, or stands beside another report, changes
    nothing.
    """
    claims = {claim for document in documents for claim in _claims(orjson.loads(document))}
    known = receipts.codes_of(session, body_id, key=hub.token_key) if claims else {}
    for code, about, choice in sorted(claims):
        if about != _report_of(session, code, known, body_id, hub):
            continue
        receipts.acknowledge(session, code, body_id=body_id, key=hub.token_key, by=by, now=now)
        if choice:
            answer_by_code(session, code, Choice(choice), body_id=body_id, key=hub.token_key, by=by, now=now)


def _claims(answer: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (receipt code, STIX id that the answer is about, choice or nothing), each that it names."""
    about, labels = answer.get(ANSWERING.get(answer["type"], "")), answer.get("labels")
    said = [each for each in labels if isinstance(each, str)] if isinstance(labels, list) else []
    choice = next((each for each in said if each in set(Choice)), "")
    for code in _codes(answer.get("external_references")):
        for each in about if isinstance(about, list) else [about]:
            if isinstance(each, str):
                yield code, each, choice


def _codes(references: object) -> set[str]:
    return {
        plain(str(each.get("external_id", "")))
        for each in (references if isinstance(references, list) else [])
        if isinstance(each, dict) and each.get("source_name") == SOURCE
    }


def _report_of(
    session: orm.Session,
    code: str,
    known: Mapping[str, Copy | Mailing],
    body_id: uuid.UUID,
    hub: Instance,
) -> str | None:
    """Return the report of the notice or drill whose code this is, or None."""
    if code in known:
        return _report(session, known[code], hub)
    return drills.report_of(session, code, body_id=body_id, key=hub.token_key)


def _report(session: orm.Session, delivery: Copy | Mailing, hub: Instance) -> str:
    release = session.get_one(Release, delivery.release_id)
    matter = session.get_one(Advisory, release.advisory_id).matter
    return stix_id(at_rest.secret_of(matter, vault=hub.vault), "report", "report")
