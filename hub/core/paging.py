"""A long list, a page at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

PAGE = 25  # lines
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged(Generic[T]):
    """One page of a list; `more` tells that there are others which were not looked through."""

    rows: tuple[T, ...]
    page: int
    pages: int
    total: int
    more: bool = False


def turned(
    session: orm.Session,
    statement: sa.Select[*tuple[Any, ...]],
    *,
    page: int,
    read: Callable[[Sequence[Any]], Iterable[T]],
) -> Paged[T]:
    """Return one page of what a statement finds, in its order; `read` makes the lines of the page's rows."""
    total = session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
    page, pages = _within(page, total)
    found = session.execute(statement.limit(PAGE).offset((page - 1) * PAGE)).all()
    return Paged(rows=tuple(read(found)), page=page, pages=pages, total=total)


def cut(hits: Sequence[T], *, page: int, more: bool = False) -> Paged[T]:
    """Return one page of what was found already."""
    page, pages = _within(page, len(hits))
    rows = tuple(hits[(page - 1) * PAGE : page * PAGE])
    return Paged(rows=rows, page=page, pages=pages, total=len(hits), more=more)


def _within(page: int, total: int) -> tuple[int, int]:
    """Return the page that there is, and how many there are."""
    pages = max(1, -(-total // PAGE))
    return min(max(page, 1), pages), pages
