"""Objects that a client adds: the envelope is checked, each object taken or refused, the status kept."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import orm

from feeds.taxii import form, store
from feeds.taxii.backend import Limits
from feeds.taxii.models import Submission
from feeds.taxii.problems import TaxiiError, malformed
from hub.core.clock import rfc3339
from hub.core.db import Rows
from hub.core.errors import NotFoundError
from hub.core.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The stored status resource, and the objects that were taken."""

    status: bytes
    documents: tuple[bytes, ...]


def open_envelope(body: bytes, *, limits: Limits) -> list[dict[str, Any]]:
    """Return the objects of an envelope (TAXII 2.1, 3.7), each with at least a type and an id.

    Raises:
        TaxiiError: 400 or 422, it is no envelope of STIX objects; 413, it holds too many.

    """
    try:
        envelope = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise malformed("the body") from None
    objects = envelope.get("objects") if isinstance(envelope, dict) else None
    if not isinstance(objects, list) or not objects:
        raise TaxiiError(422, "the body is not an envelope with objects")
    if len(objects) > limits.objects:
        raise TaxiiError(413, "the envelope holds too many objects")
    for value in objects:
        _require_identity(value)
    return objects


def take(
    session: orm.Session,
    collection_id: uuid.UUID,
    objects: list[dict[str, Any]],
    *,
    now: datetime,
    vault: Vault | None = None,
) -> Taken:
    """Store what is well formed, and keep the status resource that tells of each object."""
    documents: list[bytes] = []
    accepted: list[tuple[str, str | None]] = []
    failures: list[dict[str, str]] = []
    for value in objects:
        try:
            version = form.facts(value).version
            documents.append(orjson.dumps(value))
        except form.MalformedObjectError as refusal:
            failures.append({"id": value["id"], "version": rfc3339(now), "message": str(refusal)})
        except orjson.JSONEncodeError:
            failures.append({"id": value["id"], "version": rfc3339(now), "message": "nested too deeply"})
        else:
            accepted.append((value["id"], version))
    added = store.add(session, collection_id, documents, now=now, vault=vault)
    successes = [
        {"id": stix_id, "version": version or rfc3339(at)}
        for (stix_id, version), at in zip(accepted, added, strict=True)
    ]
    submission = Submission(id=uuid.uuid4(), collection_id=collection_id, received_at=now)
    submission.status = _status(submission, successes, failures)
    session.add(submission)
    return Taken(status=submission.status, documents=tuple(documents))


def status(rows: Rows, status_id: uuid.UUID) -> tuple[uuid.UUID, bytes]:
    """Return the collection of a submission, and its status resource (4.3.1).

    Raises:
        NotFoundError: there is no such submission.

    """
    kept = sa.select(Submission.collection_id, Submission.status).where(Submission.id == status_id)
    found = rows.execute(kept).one_or_none()
    if found is None:
        raise NotFoundError("no such submission")
    return found.collection_id, found.status


def _require_identity(value: object) -> None:
    if not isinstance(value, dict):
        raise TaxiiError(422, "an object of the envelope is not an object")
    try:
        form.identity(value)
    except form.MalformedObjectError as refusal:
        raise TaxiiError(422, f"an object of the envelope: {refusal}") from None


def _status(submission: Submission, successes: list[dict[str, str]], failures: list[dict[str, str]]) -> bytes:
    """Write the status resource (TAXII 2.1, 4.3.1)."""
    details = {"successes": successes, "failures": failures}
    return orjson.dumps(
        {
            "id": str(submission.id),
            "status": "complete",
            "request_timestamp": rfc3339(submission.received_at),
            "total_count": len(successes) + len(failures),
            "success_count": len(successes),
            "failure_count": len(failures),
            "pending_count": 0,
        }
        | {name: held for name, held in details.items() if held}
    )
