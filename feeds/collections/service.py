"""A body looks after its own TAXII clients."""

import secrets
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.collections import queries
from feeds.collections.models import TaxiiClient
from feeds.delivery.series import series_of
from hub.core import audit, tokens
from hub.core.audit import Actor
from hub.core.errors import InputError

TOKEN_LIFE = timedelta(days=365)
MOST_CLIENTS = 20  # live ones of a body
SEEN_EVERY = timedelta(minutes=1)


def add_client(
    session: orm.Session, body_id: uuid.UUID, name: str, *, key: bytes, by: Actor, now: datetime
) -> tuple[TaxiiClient, str]:
    """Add a client and return it with its token, which cannot be shown again.

    Raises:
        InputError: the body has too many live clients.

    """
    live = [each for each in queries.clients_of(session, body_id) if each.revoked_at is None]
    if len(live) >= MOST_CLIENTS:
        raise InputError({"name": "Revoke a client first: a body may have 20"})
    token = tokens.new_token()
    client = TaxiiClient(
        body_id=body_id,
        name=name,
        username=f"body-{secrets.token_hex(6)}",
        digest=tokens.digest(token, key=key, purpose=queries.PURPOSE),
        created_at=now,
        expires_at=now + TOKEN_LIFE,
    )
    session.add(client)
    session.flush()  # its id goes into the log
    series_of(session, body_id)
    audit.record(session, "client.added", by=by, subject=client.id, now=now)
    return client, token


def revoke_client(
    session: orm.Session, client_id: uuid.UUID, *, body_id: uuid.UUID, by: Actor, now: datetime
) -> None:
    """End a client's token at once; a second time changes nothing.

    Raises:
        NotFoundError: there is none of this id, or it is another body's.

    """
    client = queries.client(session, client_id, body_id=body_id)
    if client.revoked_at is None:
        client.revoked_at = now
        audit.record(session, "client.revoked", by=by, subject=client.id, now=now)


def seen(session: orm.Session, client_id: uuid.UUID, *, now: datetime) -> None:
    """Note that a client was here."""
    session.execute(sa.update(TaxiiClient).where(TaxiiClient.id == client_id).values(seen_at=now))
