"""A new key-encryption key: every data key is wrapped anew, a few rows at a time.

It may be stopped at any moment and run again: a row is done or not done, and both keys open until the
older one is dropped.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.db import Database
from hub.core.sealed import SealedTable, sealed_tables
from hub.core.vault import Vault

BATCH = 200  # rows a transaction: others wait no longer than that


def rewrap(db: Database, vault: Vault, metadata: sa.MetaData) -> Iterator[tuple[str, int]]:
    """Re-wrap all; give the name of each table, batch by batch, with the number of values that changed.

    Raises:
        SealBrokenError: a value opens with neither key; those before it are done.

    """
    for sealed in sealed_tables(metadata):
        after: tuple[Any, ...] | None = None
        while True:
            with db.transaction() as session:
                after, changed = _batch(session, sealed, after, vault)
            yield sealed.table.name, changed
            if after is None:
                break


def _batch(
    session: orm.Session, sealed: SealedTable, after: tuple[Any, ...] | None, vault: Vault
) -> tuple[tuple[Any, ...] | None, int]:
    """Return the key of the last row of this batch, or None where there is nothing more, and what changed."""
    wanted = sa.select(*sealed.wanted()).order_by(*sealed.key).limit(BATCH).with_for_update()
    if after is not None:
        wanted = wanted.where(sa.tuple_(*sealed.key) > sa.tuple_(*_bound(sealed, after)))
    rows = session.execute(wanted).mappings().all()
    changed = 0
    for row in rows:
        anew = {
            name: vault.rewrap(value, place=place)
            for name, value, place in sealed.envelopes(dict(row))
            if not vault.is_current(value)
        }
        if anew:
            same = zip(sealed.key, sealed.key_of(dict(row)), strict=True)
            session.execute(
                sa.update(sealed.table).where(*(column == value for column, value in same)).values(anew)
            )
            changed += len(anew)
    return (sealed.key_of(dict(rows[-1])) if len(rows) == BATCH else None), changed


def _bound(sealed: SealedTable, key: tuple[Any, ...]) -> list[sa.ColumnElement[Any]]:
    return [sa.literal(value, column.type) for column, value in zip(sealed.key, key, strict=True)]


def left_over(db: Database, vault: Vault, metadata: sa.MetaData) -> int:
    """Count the values that are not under the current key."""
    left = 0
    with db.reading() as session:
        for sealed in sealed_tables(metadata):
            for row in session.execute(sa.select(*sealed.wanted())).yield_per(BATCH).mappings():
                left += sum(not vault.is_current(value) for _, value, _ in sealed.envelopes(dict(row)))
    return left
