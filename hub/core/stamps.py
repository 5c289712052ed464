"""Stamps: rows on which it depends who may receive, each with an HMAC over what counts in it.

Whoever can write into the database, but has not the hub's token key, cannot make such a row nor change
one: its stamp does not fit, and whoever asks for eligibility refuses it. A stamp does not show that a row
was deleted, or put back as it stood before.

The stamp is written when the row is flushed; an UPDATE statement past the ORM breaks it, on purpose.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import STAMP_KEY
from hub.core.errors import ConfigurationError

STAMP_BYTES = 32
log = logging.getLogger(__name__)


class Stamped:
    """A table whose rows carry a stamp over `__stamped__`, the names of the columns that count."""

    __stamped__: ClassVar[tuple[str, ...]]

    stamp: Mapped[bytes | None] = mapped_column(
        sa.LargeBinary(STAMP_BYTES), comment="HMAC over the columns that decide who may receive"
    )


def genuine(session: orm.Session, row: Stamped) -> bool:
    """Tell whether a row stands as the hub wrote it."""
    values = {name: getattr(row, name) for name in row.__stamped__}
    return fits(type(row), values, row.stamp, key=key_of(session))


def fits(table: type[Stamped], values: Mapping[str, object], stamp: bytes | None, *, key: bytes) -> bool:
    """Tell whether a stamp fits these values, which were read without making an object of the row."""
    if stamp is not None and hmac.compare_digest(stamp, _stamp(key, table, values)):
        return True
    log.error("a row was not written by the hub", extra={"table": _name(table)})
    return False


def key_of(session: orm.Session) -> bytes:
    """Return the key of stamps that a session carries.

    Raises:
        ConfigurationError: it has none.

    """
    key: bytes | None = session.info.get(STAMP_KEY)
    if not key:
        raise ConfigurationError("this session has no key for stamps")
    return key


def _stamp(key: bytes, table: type[Stamped], values: Mapping[str, object]) -> bytes:
    parts = [f"{name}={_plain(values[name])}" for name in table.__stamped__]
    return hmac.digest(key, "\x1f".join(("stamp", _name(table), *parts)).encode(), hashlib.sha256)


def _name(table: type[Stamped]) -> str:
    return str(getattr(table, "__tablename__"))  # noqa: B009 - Base declares it


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else f"'{value}'"


def _write(mapper: orm.Mapper[Any], connection: sa.Connection, row: Stamped) -> None:  # noqa: ARG001 - an event's signature
    session = orm.object_session(row)
    if session is None:
        raise ConfigurationError("a stamped row is written in a session")
    _settle_defaults(mapper, row)
    values = {name: getattr(row, name) for name in row.__stamped__}
    row.stamp = _stamp(key_of(session), type(row), values)


def _settle_defaults(mapper: orm.Mapper[Any], row: Stamped) -> None:
    """Give a new row its columns' defaults now, since they count in the stamp."""
    for name in row.__stamped__:
        default = mapper.columns[name].default
        if getattr(row, name) is None and default is not None:
            setattr(row, name, _default(default))


def _default(default: Any) -> object:  # noqa: ANN401 - SQLAlchemy's own kinds of default
    made: object = default.arg
    if default.is_callable:
        call: Callable[[object], object] = default.arg
        return call(None)  # SQLAlchemy wraps every callable into one that takes its context
    return made


sa.event.listen(Stamped, "before_insert", _write, propagate=True)
sa.event.listen(Stamped, "before_update", _write, propagate=True)
