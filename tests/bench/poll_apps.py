"""What `polling` serves with gunicorn: the product on a prepared database, and the floor beside it.

The floor is a bare Flask view that does one SELECT of the same stored bytes through the same kind of engine:
no credentials, no rights, no negotiation, no filters, no log, no headers but the content's own.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, Response, request

from feeds.taxii import instants
from feeds.taxii.models import StoredObject
from hub.app import build_app
from hub.core.config import Config
from hub.core.db import Database, connect
from hub.core.instance import Instance
from hub.core.vault import Vault

DATABASE = "BENCH_DATABASE"
VAULT, STAMP_KEY, TOKEN_KEY = Vault(bytes(32)), b"s" * 32, b"t" * 32  # as of `tests.support`, not imported:
NOW = datetime(2026, 11, 20, 1, 0, 1, tzinfo=UTC)  # a web process has no more in memory than it needs
RATE = "100000000 per minute"
_PAGE = (
    sa.select(StoredObject.document, StoredObject.date_added)
    .where(
        StoredObject.collection_id == sa.bindparam("collection"),
        StoredObject.latest == sa.true(),
        StoredObject.date_added > sa.bindparam("after"),
    )
    .order_by(StoredObject.date_added)
    .limit(sa.bindparam("count"))
)


def instance(url: str) -> Instance:
    """Return the hub on a database that `polling` has filled; its clock stands at the tests' instant."""
    config = Config(instance=Path(), database_url=url, taxii_rate=RATE)
    db = Database(connect(url), stamp_key=STAMP_KEY)
    return Instance(config=config, db=db, vault=VAULT, token_key=TOKEN_KEY, clock=lambda: NOW)


def product() -> Flask:
    """Return the whole application."""
    return build_app(instance(os.environ[DATABASE]), secret_key=b"s" * 32)


def floor() -> Flask:
    """Return the bare view."""
    app, engine = Flask("floor"), connect(os.environ[DATABASE])

    @app.get("/objects/<uuid:collection>/")
    def _objects(collection: object) -> Response:
        limit, added_after = request.args.get("limit", 100, int), request.args.get("added_after")
        after = instants.parse(added_after) if added_after else 0
        values = {"collection": collection, "after": after, "count": limit}
        with engine.connect() as connection:
            rows = connection.execute(_PAGE, values).all()
        response = Response(
            b'{"objects":[' + b",".join([row.document for row in rows]) + b"]}",
            content_type="application/json",
        )
        if rows:
            last = instants.from_micros(rows[-1].date_added)
            response.headers["X-TAXII-Date-Added-Last"] = last.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return response

    return app
