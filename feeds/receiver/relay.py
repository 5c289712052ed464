"""A plain TAXII collection on this machine, for tools that cannot open sealed copies themselves.

It holds what was opened, in clear: on loopback only, for one reader with a token of its own, in a file of
this user alone.
"""

import hmac
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import orjson
from flask import Request
from sqlalchemy import orm

from feeds.receiver.outlets import HandOverError
from feeds.receiver.parcels import Parcel
from feeds.receiver.settings import SHORTEST_TOKEN
from feeds.taxii import store
from feeds.taxii.backend import Information, Rights
from feeds.taxii.form import MalformedObjectError
from feeds.taxii.models import Collection, StoredObject, Submission
from feeds.taxii.store import Item
from hub.core.clock import system_clock
from hub.core.db import Base, Database, Rows
from hub.core.errors import ConfigurationError

OPENED = uuid.UUID("0d5a4d7e-6f0c-4b58-9a38-2f6f1f0c9b71")
TABLES = [Base.metadata.tables[each.__tablename__] for each in (Collection, StoredObject, Submission)]
READ = Rights(can_read=True, can_write=False)


class Relay:
    """The collection: an outlet for the receiver, a backend for the TAXII endpoints."""

    name = "relay"

    def __init__(self, db: Database, *, base_url: str, username: str, token: str) -> None:
        if len(token) < SHORTEST_TOKEN:
            raise ConfigurationError(f"the relay's token needs {SHORTEST_TOKEN} characters or more")
        self.db = db
        self._information = Information(
            base_url=base_url, title="Priority information, opened", description="", contact=username
        )
        self._reader = (username.encode(), token.encode())
        with db.transaction() as session:
            Base.metadata.create_all(session.connection(), tables=TABLES)
            if session.get(Collection, OPENED) is None:
                session.add(Collection(id=OPENED, title="Priority information"))

    def give(self, parcel: Parcel) -> None:
        """Store each object once; a version that is there already stays as it is."""
        documents = [orjson.dumps(each) for each in parcel.objects()]
        try:
            with self.transaction() as session:
                store.add(session, OPENED, documents, now=self.now())
        except MalformedObjectError as error:
            raise HandOverError(f"the relay does not take {parcel.name}: {error}") from None

    @property
    def information(self) -> Information:
        """Return how the server presents itself."""
        return self._information

    def now(self) -> datetime:
        """Return the present instant."""
        return system_clock()

    def authenticate(self, rows: Rows, request: Request) -> str | None:  # noqa: ARG002 - the backend's form
        """Return the reader of Basic or Bearer credentials, or None for 401."""
        given, (username, token) = request.authorization, self._reader
        if given is None:
            return None
        bearer = given.type == "bearer"
        shown = (given.token if bearer else given.password) or ""
        name = username if bearer else (given.username or "").encode()
        same = hmac.compare_digest(shown.encode(), token) & hmac.compare_digest(name, username)
        return username.decode() if same else None

    def rows(self) -> AbstractContextManager[Rows]:
        """Give what only reads."""
        return self.db.rows()

    def transaction(self) -> AbstractContextManager[orm.Session]:
        """Give a session that commits at the end of the block."""
        return self.db.transaction()

    def collections(self, reader: str) -> Sequence[tuple[uuid.UUID, Rights]]:  # noqa: ARG002 - as above
        """Return the one collection."""
        return [(OPENED, READ)]

    def right(self, reader: str, collection_id: uuid.UUID) -> Rights | None:  # noqa: ARG002 - as above
        """Return the right to read it, or None for any other."""
        return READ if collection_id == OPENED else None

    def served(self, rows: Rows, reader: str, collection_id: uuid.UUID, items: Sequence[Item]) -> None:
        """Keep no log of who reads on this machine."""

    def received(
        self, session: orm.Session, reader: str, collection_id: uuid.UUID, documents: Sequence[bytes]
    ) -> None:
        """Do nothing: nobody may write here."""

    def deleted(self, session: orm.Session, reader: str, collection_id: uuid.UUID, stix_id: str) -> None:
        """Do nothing: nobody may delete here."""
