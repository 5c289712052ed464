"""Look-ups of TAXII clients."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.collections.models import TaxiiClient
from feeds.delivery.models import Series
from hub.core import stamps, tokens
from hub.core.db import Base, Rows, UtcDateTime
from hub.core.errors import HubError, NotFoundError
from hub.core.stamps import Stamped
from nda.agreements.models import Agreement
from nda.agreements.states import State as AgreementState
from sectors.bodies.models import Body
from sectors.bodies.states import RECEIVING

PURPOSE = "taxii-client"
JUDGED: tuple[type[Stamped], ...] = (TaxiiClient, Body, Agreement)
OF_TABLE: tuple[tuple[type[Base | Stamped], tuple[str, ...]], ...] = (
    (TaxiiClient, ("seen_at",)),
    (Series, ("sealed_id", "answers_id")),
    *((table, (*table.__stamped__, "stamp")) for table in JUDGED),
)
CELLS = [sa.inspect(table).columns[name] for table, names in OF_TABLE for name in names]


class NotGenuineError(HubError):
    """A row was not written by the hub."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveClient:
    """A client whose token works now, of a body that may read now."""

    client_id: uuid.UUID
    body_id: uuid.UUID
    organisation_id: uuid.UUID
    username: str
    seen_at: datetime | None
    networks: str
    certificate: bytes | None
    sealed_id: uuid.UUID
    answers_id: uuid.UUID


def clients_of(session: orm.Session, body_id: uuid.UUID) -> Sequence[TaxiiClient]:
    """Return a body's clients, the newest first."""
    return session.scalars(
        sa.select(TaxiiClient).where(TaxiiClient.body_id == body_id).order_by(TaxiiClient.created_at.desc())
    ).all()


def live_of(session: orm.Session, body_id: uuid.UUID, *, now: datetime) -> Sequence[TaxiiClient]:
    """Return a body's clients whose tokens work now, the newest first."""
    return [each for each in clients_of(session, body_id) if is_live(each, now=now)]


def is_live(client: TaxiiClient, *, now: datetime) -> bool:
    """Tell whether the client's token works: it is neither revoked nor expired."""
    return client.revoked_at is None and client.expires_at > now


def ending_before(session: orm.Session, instant: datetime, *, now: datetime) -> Sequence[TaxiiClient]:
    """Return the clients whose tokens work now and expire before an instant."""
    return session.scalars(
        sa.select(TaxiiClient).where(
            TaxiiClient.revoked_at.is_(None), TaxiiClient.expires_at > now, TaxiiClient.expires_at < instant
        )
    ).all()


def client(session: orm.Session, client_id: uuid.UUID) -> TaxiiClient:
    """Return the client.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(TaxiiClient, client_id)
    if found is None:
        raise NotFoundError("no such client")
    return found


def live_client(rows: Rows, token: str, *, key: bytes, now: datetime) -> LiveClient | None:
    """Return the client of a token that works now, if its body's operation and agreement stand now.

    It is one statement, since every poll asks it; what `audience.standing` asks of the body and of its
    agreement is asked here too: they stand, and the hub itself wrote them so.
    """
    digest = tokens.digest(token, key=key, purpose=PURPOSE)
    for row in rows.execute(_LIVE, {"digest": digest, "now": now}):
        with suppress(NotGenuineError):
            return _genuine(tuple(row), rows.stamp_key, rows.dialect)
    return None


@cache
def _readers(dialect: sa.Dialect) -> list[Callable[[Any], Any] | None]:
    """Return what makes values of the cells of this database."""
    types = [each.type.dialect_impl(dialect) for each in CELLS]
    return [each.result_processor(dialect, None) for each in types]


def _statement() -> sa.Select[*tuple[Any, ...]]:
    now = sa.bindparam("now", type_=UtcDateTime())
    as_they_come = [
        sa.type_coerce(each, sa.types.NULLTYPE).label(f"cell_{n}") for n, each in enumerate(CELLS)
    ]
    return (
        sa.select(*as_they_come)
        .select_from(TaxiiClient)
        .join(Body, Body.id == TaxiiClient.body_id)
        .join(Series, Series.body_id == Body.id)
        .join(Agreement, Agreement.organisation_id == Body.organisation_id)
        .where(
            TaxiiClient.digest == sa.bindparam("digest"),
            TaxiiClient.revoked_at.is_(None),
            TaxiiClient.expires_at > now,
            sa.or_(*(Body.state == state for state in sorted(RECEIVING))),
            Agreement.state == AgreementState.CONCLUDED,
            Agreement.starts_at <= now,
            Agreement.ends_at > now,
        )
    )


_LIVE = _statement()


@lru_cache(maxsize=1024)  # the same cells under the same key are read and judged once: every poll has them
def _genuine(row: tuple[Any, ...], key: bytes, dialect: sa.Dialect) -> LiveClient:
    """Return the client that a row tells of, if the three rows of which it was made bear our stamps.

    The cells are as the driver gives them.

    Raises:
        NotGenuineError: one does not; that is not remembered, so that each try is logged.

    """
    cells = (read(cell) if read else cell for read, cell in zip(_readers(dialect), row, strict=True))
    seen_at, sealed_id, answers_id = next(cells), next(cells), next(cells)
    found = {}
    for table in JUDGED:
        found[table] = {name: next(cells) for name in table.__stamped__}
        if not stamps.fits(table, found[table], next(cells), key=key):
            raise NotGenuineError(table.__name__)
    client, body = found[TaxiiClient], found[Body]
    return LiveClient(
        client_id=client["id"],
        body_id=body["id"],
        organisation_id=body["organisation_id"],
        username=client["username"],
        seen_at=seen_at,
        networks=client["networks"],
        certificate=client["certificate"],
        sealed_id=sealed_id,
        answers_id=answers_id,
    )
