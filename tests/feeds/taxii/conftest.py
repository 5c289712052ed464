"""A tiny backend with two readers, a server for it on loopback, and clients that speak TAXII to it."""

import logging
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, Request
from sqlalchemy import orm
from werkzeug.serving import make_server
from werkzeug.test import Client, TestResponse

from feeds.taxii import store
from feeds.taxii.backend import Information, Limits, Rights
from feeds.taxii.models import Collection, StoredObject, Submission
from feeds.taxii.views import taxii_blueprint
from hub.core.db import Database, Rows
from tests.support import databases

TAXII = "application/taxii+json;version=2.1"
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
BOTH = Rights(can_read=True, can_write=True)
LIMITS = Limits(page_default=5, page_most=1000, body_bytes=20_000, objects=10)


@dataclass
class Shelf:
    """A backend: readers by name (the password is the name), rights by reader and collection."""

    db: Database
    rights: dict[str, dict[uuid.UUID, Rights]] = field(default_factory=dict)
    base_url: str = "http://localhost"
    served_ids: list[str] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def information(self) -> Information:
        return Information(
            base_url=self.base_url, title="Shelf", description="", contact="shelf@example.jp", limits=LIMITS
        )

    def now(self) -> datetime:
        return NOW

    def authenticate(self, rows: Rows, request: Request) -> str | None:
        assert rows.execute(sa.select(1)).scalar_one()
        told = request.authorization
        known = told is not None and told.username in self.rights and told.password == told.username
        return told.username if known and told else None

    def rows(self) -> AbstractContextManager[Rows]:
        return self.db.rows()

    def transaction(self) -> AbstractContextManager[orm.Session]:
        return self.db.transaction()

    def collections(self, reader: str) -> Sequence[tuple[uuid.UUID, Rights]]:
        return list(self.rights[reader].items())

    def right(self, reader: str, collection_id: uuid.UUID) -> Rights | None:
        return self.rights[reader].get(collection_id)

    def served(self, rows: Rows, reader: str, collection_id: uuid.UUID, items: Sequence[store.Item]) -> None:
        assert rows.execute(sa.select(1)).scalar_one()
        assert collection_id in self.rights[reader]
        self.served_ids.extend(item.stix_id for item in items)

    def received(
        self, session: orm.Session, reader: str, collection_id: uuid.UUID, documents: Sequence[bytes]
    ) -> None:
        assert session.is_active
        assert self.rights[reader][collection_id].can_write
        self.taken.extend(documents)

    def deleted(self, session: orm.Session, reader: str, collection_id: uuid.UUID, stix_id: str) -> None:
        assert session.is_active
        assert self.rights[reader][collection_id].can_write
        self.gone.append(stix_id)


@dataclass
class Machine:
    """A client that sends what it is told, and looks at every answer: never a 5xx, errors have a title."""

    client: Client
    reader: str = "water"

    def send(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        **how: Any,  # noqa: ANN401 - what werkzeug's client takes
    ) -> TestResponse:
        sent = {"Accept": TAXII} | dict(headers or {})
        auth = (self.reader, self.reader) if self.reader else None
        answer = self.client.open(path, method=method, headers=sent, auth=auth, **how)
        assert answer.status_code < 500, answer.text
        assert answer.content_type == TAXII
        if answer.status_code >= 400 and method != "HEAD":
            assert answer.json is not None
            assert answer.json["title"]
            assert answer.json["http_status"] == str(answer.status_code)
        return answer

    def post(self, path: str, data: bytes, content_type: str = TAXII, **headers: str) -> TestResponse:
        return self.send(path, "POST", headers=headers, data=data, content_type=content_type)


def new_collection(db: Database, title: str = "Shelf") -> uuid.UUID:
    with db.transaction() as session:
        return store.create(session, title=title).id


def app_of(shelf: Shelf) -> Flask:
    app = Flask("shelf")
    app.register_blueprint(taxii_blueprint(shelf))
    return app


@pytest.fixture
def shelf(db: Database) -> Shelf:
    """A backend with a collection that water reads and writes, and one of energy's."""
    return Shelf(db, {"water": {new_collection(db): BOTH}, "energy": {new_collection(db): BOTH}})


@pytest.fixture
def ours(shelf: Shelf) -> uuid.UUID:
    return next(iter(shelf.rights["water"]))


@pytest.fixture
def theirs(shelf: Shelf) -> uuid.UUID:
    return next(iter(shelf.rights["energy"]))


@pytest.fixture
def machine(shelf: Shelf) -> Machine:
    """Water's client, in the same process."""
    return Machine(app_of(shelf).test_client())


@pytest.fixture
def lasting(engine: sa.Engine) -> Iterator[Database]:
    """The database itself, for tests with more than one connection; emptied afterwards."""
    db = databases.database(engine)
    yield db
    with db.transaction() as session:
        for table in (Submission, StoredObject, Collection):
            session.execute(sa.delete(table))


@pytest.fixture
def served(lasting: Database) -> Iterator[Shelf]:
    """A backend behind a real HTTP server on loopback."""
    shelf = Shelf(lasting, {"water": {new_collection(lasting, "Answers"): BOTH}})
    with serving(shelf):
        yield shelf


@contextmanager
def serving(shelf: Shelf) -> Iterator[str]:
    """Serve a shelf on loopback and give its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app_of(shelf), threaded=True)
    shelf.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield shelf.base_url
    server.shutdown()
    thread.join()
    server.server_close()
