"""What a database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from hub.core.db import Database


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """Give the list of statements that are sent while the block runs."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    sa.event.listen(db.bind, "before_cursor_execute", note)
    yield said
    sa.event.remove(db.bind, "before_cursor_execute", note)
