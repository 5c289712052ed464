"""Look-ups of TAXII clients."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.collections.models import TaxiiClient
from hub.core import tokens
from hub.core.errors import NotFoundError

PURPOSE = "taxii-client"


def clients_of(session: orm.Session, body_id: uuid.UUID) -> Sequence[TaxiiClient]:
    """Return a body's clients, the newest first."""
    return session.scalars(
        sa.select(TaxiiClient).where(TaxiiClient.body_id == body_id).order_by(TaxiiClient.created_at.desc())
    ).all()


def client(session: orm.Session, client_id: uuid.UUID, *, body_id: uuid.UUID) -> TaxiiClient:
    """Return a body's client.

    Raises:
        NotFoundError: there is none of this id, or it is another body's.

    """
    found = session.get(TaxiiClient, client_id)
    if found is None or found.body_id != body_id:
        raise NotFoundError("no such client")
    return found


def live_client(session: orm.Session, token: str, *, key: bytes, now: datetime) -> TaxiiClient | None:
    """Return the client of a token unless it is revoked or expired."""
    digest = tokens.digest(token, key=key, purpose=PURPOSE)
    found = session.scalar(sa.select(TaxiiClient).where(TaxiiClient.digest == digest))
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return None
    return found
