"""Look-ups of product lists, and which bodies listed what a draft is about."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.formats.content import Product
from feeds.products import at_rest
from feeds.products.listed import Listed, fitting
from feeds.products.models import ProductList
from hub.core.vault import Vault
from sectors.bodies.models import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A body's list as it stands; version 0 and no instant while there is none."""

    products: tuple[Listed, ...] = ()
    version: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A body that listed products of a draft: a hint for whoever chooses, never a choice."""

    body: Body
    products: tuple[Listed, ...]


def row_of(session: orm.Session, body_id: uuid.UUID, *, lock: bool = False) -> ProductList | None:
    """Return the row of a body's list, or None."""
    own = sa.select(ProductList).where(ProductList.body_id == body_id)
    return session.scalar(own.with_for_update() if lock else own)


def kept(session: orm.Session, body_id: uuid.UUID, *, vault: Vault) -> Kept:
    """Return a body's list."""
    row = row_of(session, body_id)
    if row is None:
        return Kept()
    products = at_rest.products_of(row, vault=vault)
    return Kept(products=products, version=row.version, changed_at=row.changed_at)


def suggested(session: orm.Session, affected: Iterable[Product], *, vault: Vault) -> tuple[Suggested, ...]:
    """Return the bodies, by name, that listed any of these products, each with what it listed."""
    wanted = tuple(affected)
    if not wanted:
        return ()
    rows = session.execute(
        sa.select(ProductList, Body).join(Body, Body.id == ProductList.body_id).order_by(Body.name_ja)
    )
    found = ((body, fitting(at_rest.products_of(row, vault=vault), wanted)) for row, body in rows)
    return tuple(Suggested(body=body, products=products) for body, products in found if products)
