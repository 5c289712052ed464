"""A body looks after its own TAXII clients, and what they fetch is noted."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.collections import queries
from feeds.collections.models import Download, TaxiiClient
from feeds.delivery.models import Copy
from feeds.delivery.series import series_of
from feeds.drills import service as drills
from feeds.taxii.instants import to_micros
from feeds.taxii.store import Item
from hub.core import audit, outbox, tokens
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.db import Rows
from hub.core.errors import InputError
from sectors.bodies import queries as bodies

TOKEN_LIFE = timedelta(days=365)
LONGEST_LIFE = timedelta(days=2 * 365)
MOST_CLIENTS = 20  # of a body, whose tokens work
SEEN_EVERY = timedelta(minutes=1)
PAGE = "/clients"


def add_client(
    session: orm.Session,
    body_id: uuid.UUID,
    name: str,
    *,
    key: bytes,
    by: Actor,
    now: datetime,
    life: timedelta = TOKEN_LIFE,
    networks: str = "",
    certificate: bytes | None = None,
) -> tuple[TaxiiClient, str]:
    """Add a client and return it with its token, which cannot be shown again; all contacts are told.

    Raises:
        InputError: the body has too many clients, or the life is none that a token may have.

    """
    if len(queries.live_of(session, body_id, now=now)) >= MOST_CLIENTS:
        raise InputError({"name": "Revoke a client first: a body may have 20"})
    if not timedelta() < life <= LONGEST_LIFE:
        raise InputError({"life": "A token works for two years at the most"})
    token = tokens.new_token()
    client = TaxiiClient(
        body_id=body_id,
        name=name,
        username=f"body-{secrets.token_hex(6)}",
        digest=tokens.digest(token, key=key, purpose=queries.PURPOSE),
        created_at=now,
        expires_at=now + life,
        networks=networks,
        certificate=certificate,
    )
    session.add(client)
    session.flush()  # its id goes into the log
    series_of(session, body_id)
    audit.record(session, "client.added", by=by, subject=client.id, now=now)
    tell_contacts(session, client, "client-added", now=now)
    return client, token


def revoke_client(session: orm.Session, client: TaxiiClient, *, by: Actor, now: datetime) -> None:
    """End a client's token at once and tell all contacts; a second time changes nothing."""
    if client.revoked_at is None:
        client.revoked_at = now
        body = bodies.body(session, client.body_id)
        audit.record(
            session,
            "client.revoked",
            by=by,
            subject=client.id,
            concerns=body.organisation_id,
            now=now,
        )
        tell_contacts(session, client, "client-revoked", now=now)


def tell_contacts(
    session: orm.Session, client: TaxiiClient, letter: str, *, now: datetime, occasion: str = ""
) -> None:
    """Promise a letter about a client to every contact of its body, once for each occasion."""
    for contact in bodies.contacts(session, client.body_id):
        key = f"{letter}/{client.id}/{occasion}/{contact.id}"
        outbox.promise(
            session, "letter", now=now, key=key, letter=letter, to=contact.email, path=PAGE, occasion=key
        )


def elsewhere(session: orm.Session, client_id: uuid.UUID, *, now: datetime) -> None:
    """Promise to tell that a right token came from a wrong place, once a day."""
    key = f"client.elsewhere/{client_id}/{now.astimezone(JST).date()}"
    outbox.promise(session, "client.elsewhere", now=now, key=key, client_id=client_id)


def seen(session: orm.Session, client_id: uuid.UUID, *, now: datetime) -> None:
    """Note that a client was here, unless another process has just done so."""
    longer_ago = sa.or_(TaxiiClient.seen_at.is_(None), TaxiiClient.seen_at <= now - SEEN_EVERY)
    session.execute(
        sa.update(TaxiiClient).where(TaxiiClient.id == client_id, longer_ago).values(seen_at=now),
        execution_options={"synchronize_session": False},
    )


def fresh(rows: Rows, client_id: uuid.UUID, collection_id: uuid.UUID, items: Sequence[Item]) -> list[Item]:
    """Return the objects of a page, in its order, that the client has not had before."""
    places = [to_micros(item.date_added) for item in items]
    between = {"client": client_id, "collection": collection_id, "first": places[0], "last": places[-1]}
    had = set(rows.execute(_HAD, between).scalars())
    return [item for item, place in zip(items, places, strict=True) if place not in had]


_HAD = sa.select(Download.date_added).where(
    Download.client_id == sa.bindparam("client"),
    Download.collection_id == sa.bindparam("collection"),
    Download.date_added.between(sa.bindparam("first"), sa.bindparam("last")),
)


def downloaded(
    session: orm.Session,
    client_id: uuid.UUID,
    collection_id: uuid.UUID,
    items: Sequence[Item],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Log, once for each client and object, that it leaves; a copy is fetched from its first download on."""
    rows = [
        {
            "client_id": client_id,
            "collection_id": collection_id,
            "date_added": to_micros(item.date_added),
            "at": now,
        }
        for item in items
    ]
    insert = outbox.INSERT[session.get_bind().dialect.name](Download).on_conflict_do_nothing()
    new = len(session.scalars(insert.returning(Download.date_added), rows).all())
    if not new:
        return  # the same client was faster
    body_id = sa.select(TaxiiClient.body_id).where(TaxiiClient.id == client_id).scalar_subquery()
    ids = [item.stix_id for item in items]
    session.execute(
        sa.update(Copy)
        .where(Copy.body_id == body_id, Copy.artifact_id.in_(ids), Copy.fetched_at.is_(None))
        .values(fetched_at=now),
        execution_options={"synchronize_session": False},
    )
    drills.fetched(session, session.get_one(TaxiiClient, client_id).body_id, ids, now=now)
    audit.record(
        session,
        "taxii.fetched",
        by=by,
        subject=client_id,
        now=now,
        collection=str(collection_id),
        objects=str(new),
    )
