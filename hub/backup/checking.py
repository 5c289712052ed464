"""Look at every sealed value and every stamp of a database: whether they open and fit."""

import sqlalchemy as sa

from hub.core.db import Base
from hub.core.portable import FETCHED
from hub.core.sealed import sealed_tables
from hub.core.stamps import Stamped, fits
from hub.core.vault import SealBrokenError, ShreddedError, Vault
from hub.migrations.tables import metadata

FEW = {"yield_per": FETCHED}


def checked(connection: sa.Connection, vault: Vault, *, stamp_key: bytes) -> tuple[int, int]:
    """Return how many values are as the hub wrote them, and how many are not.

    What is broken was so in the hub that was backed up, or lies under an older key that is not here.
    """
    sealed_good, sealed_bad = _sealed(connection, vault)
    stamped_good, stamped_bad = _stamped(connection, stamp_key)
    return sealed_good + stamped_good, sealed_bad + stamped_bad


def _sealed(connection: sa.Connection, vault: Vault) -> tuple[int, int]:
    good = bad = 0
    for sealed in sealed_tables(metadata):
        for row in connection.execute(sa.select(*sealed.wanted()), execution_options=FEW).mappings():
            for _, value, place in sealed.envelopes(dict(row)):
                try:
                    if value:
                        vault.open(value, place=place)
                except ShreddedError:
                    pass  # destroyed on purpose
                except SealBrokenError:
                    bad += 1
                    continue
                good += 1
    return good, bad


def _stamped(connection: sa.Connection, stamp_key: bytes) -> tuple[int, int]:
    good = bad = 0
    for mapper in Base.registry.mappers:
        table = mapper.class_
        if issubclass(table, Stamped):
            wanted = [getattr(table, name) for name in (*table.__stamped__, "stamp")]
            for row in connection.execute(sa.select(*wanted), execution_options=FEW).mappings():
                fit = fits(table, dict(row), row["stamp"], key=stamp_key)
                good, bad = good + fit, bad + (not fit)
    return good, bad
