"""Which columns hold envelopes of the vault, so that all of them can be found: to re-wrap, to destroy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hub.core.vault import SHREDDED, VERSION, Place

MARK = "sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How a column's values are sealed."""

    revision: str | None  # the column whose number is part of the place
    some: bool  # other values of the column lie there as they are


def sealed(*, revision: str | None = None, some: bool = False) -> dict[str, Mark]:
    """Mark a column (`info=sealed()`): its values are sealed at the place of their table, row and column."""
    return {MARK: Mark(revision=revision, some=some)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTable:
    """A table with envelopes in it."""

    table: sa.Table
    columns: tuple[sa.Column[Any], ...]

    @property
    def key(self) -> tuple[sa.Column[Any], ...]:
        """Return what names a row; where it is of several columns, the place joins them by a slash."""
        return tuple(self.table.primary_key.columns)

    def wanted(self) -> list[sa.Column[Any]]:
        """Return what must be read of a row to know its envelopes and their places."""
        marks: list[Mark] = [column.info[MARK] for column in self.columns]
        numbers = {mark.revision for mark in marks if mark.revision is not None}
        return [*self.key, *self.columns, *(self.table.c[name] for name in sorted(numbers))]

    def key_of(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the values that name a row."""
        return tuple(row[column.name] for column in self.key)

    def envelopes(self, row: Mapping[str, Any]) -> Iterator[tuple[str, bytes, Place]]:
        """Give each envelope of a row with the name of its column and its place."""
        key = self.key_of(row)
        name = key[0] if len(key) == 1 else "/".join(map(str, key))
        for column in self.columns:
            value, mark = row[column.name], column.info[MARK]
            if value is None or (mark.some and value[:1] not in {VERSION, SHREDDED[:1]}):
                continue
            revision = row[mark.revision] if mark.revision else 0
            place = Place(table=self.table.name, row=name, column=column.name, revision=revision)
            yield column.name, value, place


def sealed_tables(metadata: sa.MetaData) -> list[SealedTable]:
    """Return every table with sealed columns, by name."""
    found = []
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        columns = tuple(column for column in table.columns if MARK in column.info)
        if columns:
            found.append(SealedTable(table=table, columns=columns))
    return found
