"""The hub's answer to what a TAXII server is given: a body's tools, and what they may read now.

The right to read is the body's: its operation and its agreement, asked at every request. What concerns
the advisory and the certificate was settled when a copy was sealed, so that a series has no holes.
"""

import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Request, abort
from sqlalchemy import orm

from feeds.advisories import audience
from feeds.collections import answers, queries, service
from feeds.delivery.series import LIFTED, lifted_collection, series_of
from feeds.taxii.backend import Information, Rights
from hub.core import audit
from hub.core.audit import Actor
from hub.core.instance import Instance
from sectors.bodies import queries as bodies

READ = Rights(can_read=True, can_write=False)
READ_AND_WRITE = Rights(can_read=True, can_write=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A client of a body, as it showed itself with this request."""

    client_id: uuid.UUID
    body_id: uuid.UUID
    organisation_id: uuid.UUID
    address: str | None

    @property
    def actor(self) -> Actor:
        """Return who acts, for the log: the organisation's tool, no person."""
        return Actor(organisation_id=self.organisation_id, address=self.address)


class HubBackend:
    """Collections of the bodies, over one instance."""

    def __init__(self, hub: Instance) -> None:
        self.hub = hub
        self._information = Information(
            base_url=hub.config.base_url,
            title="Priority Information Hub",
            description="Sealed advisories for sector bodies",
            contact=hub.config.mail.sender,
        )

    @property
    def information(self) -> Information:
        """Return how the server presents itself."""
        return self._information

    def now(self) -> datetime:
        """Return the present instant."""
        return self.hub.clock()

    def reading(self) -> AbstractContextManager[orm.Session]:
        """Give a session that only reads."""
        return self.hub.db.reading()

    def transaction(self) -> AbstractContextManager[orm.Session]:
        """Give a session that commits at the end of the block."""
        return self.hub.db.transaction()

    def authenticate(self, request: Request) -> Reader | None:
        """Return the client of the token in the request, or None for 401."""
        if self.hub.config.https and not request.is_secure:
            abort(HTTPStatus.FORBIDDEN)
        username, token = _credentials(request)
        if not token:
            return None
        now = self.now()
        with self.reading() as session:
            client = queries.live_client(session, token, key=self.hub.token_key, now=now)
            if client is None or username not in {None, client.username}:
                return None
            body = bodies.body(session, client.body_id)
            if not audience.standing(session, body, now=now).ok:
                return None
        if client.seen_at is None or now - client.seen_at > service.SEEN_EVERY:
            with self.transaction() as session:
                service.seen(session, client.id, now=now)
        return Reader(
            client_id=client.id,
            body_id=client.body_id,
            organisation_id=body.organisation_id,
            address=request.remote_addr,
        )

    def collections(self, session: orm.Session, reader: Reader) -> Sequence[tuple[uuid.UUID, Rights]]:
        """Return the body's sealed and answers collections, and what was lifted for all."""
        series = series_of(session, reader.body_id)
        return [
            (series.sealed_id, READ),
            (series.answers_id, READ_AND_WRITE),
            (LIFTED, READ),
        ]

    def right(self, session: orm.Session, reader: Reader, collection_id: uuid.UUID) -> Rights | None:
        """Return what the reader may do there; another body's collection is unknown to it."""
        return dict(self.collections(session, reader)).get(collection_id)

    def served(self, reader: Reader, collection_id: uuid.UUID, stix_ids: Sequence[str]) -> None:
        """Log what leaves: which client fetched how many objects of which collection."""
        if not stix_ids:
            return
        with self.transaction() as session:
            audit.record(
                session,
                "taxii.fetched",
                by=reader.actor,
                subject=reader.client_id,
                now=self.now(),
                collection=str(collection_id),
                objects=str(len(stix_ids)),
            )

    def received(
        self, session: orm.Session, reader: Reader, collection_id: uuid.UUID, documents: Sequence[bytes]
    ) -> None:
        """Take receipt codes out of what a body's tool gave back."""
        audit.record(
            session,
            "taxii.received",
            by=reader.actor,
            subject=reader.client_id,
            now=self.now(),
            collection=str(collection_id),
            objects=str(len(documents)),
        )
        for code in answers.receipt_codes(documents):
            answers.take(
                session, code, reader.body_id, key=self.hub.token_key, by=reader.actor, now=self.now()
            )

    def deleted(self, session: orm.Session, reader: Reader, collection_id: uuid.UUID, stix_id: str) -> None:
        """Log that a body hid an answer of its own."""
        audit.record(
            session,
            "taxii.deleted",
            by=reader.actor,
            subject=reader.client_id,
            now=self.now(),
            collection=str(collection_id),
            object=stix_id,
        )

    def prepare(self) -> None:
        """Make the collection that all bodies share, so that a poll never has to write."""
        with self.transaction() as session:
            lifted_collection(session)


def _credentials(request: Request) -> tuple[str | None, str]:
    """Return (username, token) of Basic, or (None, token) of Bearer (RFC 7617, RFC 6750)."""
    given = request.authorization
    if given is None:
        return None, ""
    if given.type == "bearer":
        return None, given.token or ""
    return given.username or "", given.password or ""
