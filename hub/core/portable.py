"""Rows as values that any database of ours can take: read from one, written into another.

A column has one of a few kinds; what a kind looks like in JSON does not depend on the database, so rows
of SQLite go into PostgreSQL and back without a change of what they say.
"""

import base64
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
import sqlalchemy as sa

from hub.core.db import UtcDateTime

FETCHED = 25  # rows at a time; one may hold an attachment of 10 MB
SHAPES: dict[type[sa.types.TypeEngine[Any]], str] = {
    UtcDateTime: "instant",
    sa.Uuid: "uuid",
    sa.LargeBinary: "bytes",
    sa.Date: "date",
    sa.JSON: "json",
    sa.Boolean: "boolean",
    sa.Integer: "integer",  # BigInteger, too
    sa.String: "text",  # Text and Enum, too
}
TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "instant": UtcDateTime(),
    "uuid": sa.Uuid(),
    "bytes": sa.LargeBinary(),
    "date": sa.Date(),
    "json": sa.JSON(),
    "boolean": sa.Boolean(),
    "integer": sa.BigInteger(),
    "text": sa.Text(),
}
READ: dict[str, Callable[[Any], object]] = {
    "instant": datetime.fromisoformat,
    "uuid": uuid.UUID,
    "bytes": base64.b64decode,
    "date": date.fromisoformat,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A table: its name, and each column with its kind, in order."""

    name: str
    columns: tuple[tuple[str, str], ...]

    def target(self) -> sa.TableClause:
        """Return the table as an INSERT needs it, of whatever revision the database is."""
        return sa.table(self.name, *(sa.column(name, TYPES[kind]) for name, kind in self.columns))


def shape_of(table: sa.Table) -> Shape:
    """Return the shape of a table of the models."""
    return Shape(name=table.name, columns=tuple((each.name, _kind(each.type)) for each in table.columns))


def _kind(type_: sa.types.TypeEngine[Any]) -> str:
    for known, kind in SHAPES.items():
        if isinstance(type_, known):
            return kind
    raise TypeError(f"no kind for columns of type {type_!r}")


def lines(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    """Give each row as a line of JSON: an array of the columns' values."""
    wanted = sa.select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(wanted, execution_options={"yield_per": FETCHED}):
        yield orjson.dumps(tuple(row), default=_plain) + b"\n"


def _plain(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"no JSON for a {type(value).__name__}")


def insert(connection: sa.Connection, shape: Shape, written: Sequence[bytes]) -> None:
    """Write rows that `lines` gave.

    Raises:
        ValueError, TypeError: a line is not of this shape.

    """
    rows = [_row(shape, orjson.loads(line)) for line in written]
    if rows:
        connection.execute(sa.insert(shape.target()), rows)


def _row(shape: Shape, values: Sequence[object]) -> Mapping[str, object]:
    pairs = zip(shape.columns, values, strict=True)
    return {
        name: READ[kind](value) if value is not None and kind in READ else value
        for (name, kind), value in pairs
    }
