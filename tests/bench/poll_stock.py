"""What the polling benchmark reads: bodies with a client each, and collections filled in bulk."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from feeds.collections import service
from feeds.delivery.series import series_of
from feeds.formats import stix
from feeds.formats.content import Kind
from feeds.formats.tlp import Tlp
from feeds.taxii import form, instants
from feeds.taxii.models import Collection, StoredObject
from hub.core.audit import THE_HUB
from hub.core.clock import rfc3339
from hub.core.instance import Instance
from tests.support.advisories import NOW, make_body
from tests.support.delivery import TOKEN_KEY

PAYLOAD = 4600  # bytes: what a short notice is sealed to
BATCH = 2000  # rows an INSERT


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocked:
    """A body's client, and its collection with so many objects."""

    username: str
    token: str
    collection_id: uuid.UUID
    size: int


def stocked(hub: Instance, size: int) -> Stocked:
    """Return a new body whose collection holds so many sealed copies, as far as a server can tell."""
    with hub.db.transaction() as session:
        body = make_body(session, name=f"Body of {size}")
        client, token = service.add_client(session, body.id, "bench", key=TOKEN_KEY, by=THE_HUB, now=NOW)
        collection_id = series_of(session, body.id).sealed_id
        first = instants.to_micros(NOW) - size
        for start in range(0, size, BATCH):
            rows = list(_rows(collection_id, first, start, min(start + BATCH, size)))
            session.execute(sa.insert(StoredObject), rows)
        newest = (
            sa.update(Collection).where(Collection.id == collection_id).values(last_added=first + size - 1)
        )
        session.execute(newest)
    return Stocked(username=client.username, token=token, collection_id=collection_id, size=size)


def copy(seq: int) -> bytes:
    """Return a stored object of the form of a sealed copy; its payload is noise."""
    return stix.artifact(
        os.urandom(PAYLOAD),
        recipient="A" * 40,
        tracking_id="PI-2026-7K3QX",
        revision=1,
        kind=Kind.NEW,
        tlp=Tlp.AMBER,
        seq=seq,
    )


def _rows(collection_id: uuid.UUID, first: int, start: int, end: int) -> Iterator[dict[str, object]]:
    model = copy(0)
    known = form.facts_of(model).stix_id.encode()
    for seq in range(start, end):
        stix_id = f"artifact--{uuid.uuid4()}"
        at = first + seq
        yield {
            "collection_id": collection_id,
            "date_added": at,
            "stix_id": stix_id,
            "type": "artifact",
            "spec_version": "2.1",
            "version": rfc3339(instants.from_micros(at)),
            "version_at": at,
            "latest": True,
            "earliest": True,
            "hidden": False,
            "document": model.replace(known, stix_id.encode()),
        }
