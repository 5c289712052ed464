"""What happens to a body's product list: it is written anew, or added to."""

import uuid
from datetime import datetime

from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.products import at_rest, queries
from feeds.products.listed import MOST_LINES, Listed
from feeds.products.models import ProductList
from hub.core import audit
from hub.core.audit import Actor
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, InputError, NotAllowedError
from hub.core.vault import Vault

MEANWHILE = "Somebody else saved the list meanwhile. Open it again before you go on"


def save(
    session: orm.Session,
    body_id: uuid.UUID,
    products: tuple[Listed, ...],
    *,
    version: int | None,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Make this a body's whole list, whatever it was.

    `version` is that of the list which its writer saw, 0 of none; None where nobody need have seen it.

    Raises:
        ConflictError: somebody else saved it meanwhile.
        InputError: there are too many.
        NotAllowedError: nobody is signed in.

    """
    row = queries.row_of(session, body_id, lock=True)
    if version is not None and version != (row.version if row else 0):
        raise ConflictError(MEANWHILE)
    _keep(session, body_id, row, products, vault=vault, by=by, now=now)


def add(
    session: orm.Session,
    body_id: uuid.UUID,
    products: tuple[Listed, ...],
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> int:
    """Add to a body's list what is not in it yet; return how many that were.

    Raises:
        ConflictError: somebody else began the list meanwhile.
        InputError: there would be too many.
        NotAllowedError: nobody is signed in.

    """
    row = queries.row_of(session, body_id, lock=True)
    before = at_rest.products_of(row, vault=vault) if row else ()
    known = {each.key for each in before}
    new = tuple(each for each in products if each.key not in known)
    _keep(session, body_id, row, (*before, *new), vault=vault, by=by, now=now)
    return len(new)


def _keep(
    session: orm.Session,
    body_id: uuid.UUID,
    row: ProductList | None,
    products: tuple[Listed, ...],
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    if by.account_id is None:
        raise NotAllowedError("A list is kept by a person")
    if len(products) > MOST_LINES:
        raise InputError({"file": "use at most 5000 lines"})
    if row is None:
        row = ProductList(id=uuid.uuid4(), body_id=body_id, version=0)
        session.add(row)
    row.products = at_rest.sealed_products(row.id, products, vault=vault)
    row.version, row.changed_at, row.changed_by = row.version + 1, now, by.account_id
    try:
        session.flush()
    except IntegrityError as error:
        if "body_id" in constraint_of(error):
            raise ConflictError(MEANWHILE) from error
        raise
    audit.record(session, "products.saved", by=by, subject=body_id, now=now)
