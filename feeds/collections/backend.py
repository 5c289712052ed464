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

from feeds.collections import answers, origin, queries, service
from feeds.collections.queries import LiveClient
from feeds.collections.rate import Rate
from feeds.delivery.series import LIFTED, lifted_collection
from feeds.taxii.backend import Information, Rights
from feeds.taxii.store import Item
from hub.core import audit
from hub.core.audit import Actor
from hub.core.db import Rows
from hub.core.instance import Instance

READ = Rights(can_read=True, can_write=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A client of a body, as it showed itself with this request."""

    client: LiveClient
    address: str | None

    @property
    def actor(self) -> Actor:
        """Return who acts, for the log: the organisation's tool, no person."""
        return Actor(organisation_id=self.client.organisation_id, address=self.address)


class HubBackend:
    """Collections of the bodies, over one instance."""

    def __init__(self, hub: Instance) -> None:
        self.hub = hub
        self._rate = Rate(hub.config.taxii_rate, storage=hub.config.rate_storage)
        self._answers = Rights(can_read=True, can_write=True, vault=hub.vault)
        self._prepared = False
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

    def rows(self) -> AbstractContextManager[Rows]:
        """Give what only reads."""
        return self.hub.db.rows()

    def transaction(self) -> AbstractContextManager[orm.Session]:
        """Give a session that commits at the end of the block."""
        return self.hub.db.transaction()

    def authenticate(self, rows: Rows, request: Request) -> Reader | None:
        """Return the client of the token in the request, or None for 401; 429 if it asks too often."""
        if self.hub.config.https and not request.is_secure:
            abort(HTTPStatus.FORBIDDEN)
        self._prepare()
        now = self.now()
        client = self._client(rows, request, now=now)
        if client is None:
            self._rate.refused(request.remote_addr)
            return None
        self._rate.client(client.client_id)
        if client.seen_at is None or now - client.seen_at > service.SEEN_EVERY:
            with self._writing(rows) as session:
                service.seen(session, client.client_id, now=now)
        return Reader(client=client, address=request.remote_addr)

    def _client(self, rows: Rows, request: Request, *, now: datetime) -> LiveClient | None:
        username, token = _credentials(request)
        if not token:
            return None
        client = queries.live_client(rows, token, key=self.hub.token_key, now=now)
        if client is None or username not in {None, client.username}:
            return None
        header = self.hub.config.client_certificate_header
        shown = request.headers.get(header) if header else None
        if origin.within(request.remote_addr, client.networks) and origin.shows(shown, client.certificate):
            return client
        with self._writing(rows) as session:
            service.elsewhere(session, client.client_id, now=now)
        return None

    def collections(self, reader: Reader) -> Sequence[tuple[uuid.UUID, Rights]]:
        """Return the body's sealed and answers collections, and what was lifted for all."""
        client = reader.client
        return [(client.sealed_id, READ), (client.answers_id, self._answers), (LIFTED, READ)]

    def right(self, reader: Reader, collection_id: uuid.UUID) -> Rights | None:
        """Return what the reader may do there; another body's collection is unknown to it."""
        return dict(self.collections(reader)).get(collection_id)

    def served(self, rows: Rows, reader: Reader, collection_id: uuid.UUID, items: Sequence[Item]) -> None:
        """Log what leaves, once for each client and object."""
        client_id = reader.client.client_id
        new = service.fresh(rows, client_id, collection_id, items)
        if new:
            with self._writing(rows) as session:
                service.downloaded(session, client_id, collection_id, new, by=reader.actor, now=self.now())

    def received(
        self, session: orm.Session, reader: Reader, collection_id: uuid.UUID, documents: Sequence[bytes]
    ) -> None:
        """Take receipt codes out of what a body's tool gave back."""
        now = self.now()
        audit.record(
            session,
            "taxii.received",
            by=reader.actor,
            subject=reader.client.client_id,
            now=now,
            collection=str(collection_id),
            objects=str(len(documents)),
        )
        answers.take(session, documents, reader.client.body_id, hub=self.hub, by=reader.actor, now=now)

    def deleted(self, session: orm.Session, reader: Reader, collection_id: uuid.UUID, stix_id: str) -> None:
        """Log that a body hid an answer of its own."""
        audit.record(
            session,
            "taxii.deleted",
            by=reader.actor,
            subject=reader.client.client_id,
            now=self.now(),
            collection=str(collection_id),
            object=stix_id,
        )

    def _writing(self, rows: Rows) -> AbstractContextManager[orm.Session]:
        """Give a session that commits; what reads lets go of its connection, and may read on later."""
        rows.let_go()
        return self.transaction()

    def _prepare(self) -> None:
        """Make the collection that all bodies share, once; at the start the database may be away."""
        if not self._prepared:
            with self.transaction() as session:
                lifted_collection(session)
            self._prepared = True


def _credentials(request: Request) -> tuple[str | None, str]:
    """Return (username, token) of Basic, or (None, token) of Bearer (RFC 7617, RFC 6750)."""
    given = request.authorization
    if given is None:
        return None, ""
    if given.type == "bearer":
        return None, given.token or ""
    return given.username or "", given.password or ""
