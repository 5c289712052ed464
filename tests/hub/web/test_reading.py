"""Every page that opens what is kept sealed leaves a row: who read it, when, from where."""

import sqlalchemy as sa

from hub.core.audit import Entry
from hub.core.instance import Instance


def rows(hub: Instance, action: str) -> list[Entry]:
    with hub.db.reading() as session:
        return list(session.scalars(sa.select(Entry).where(Entry.action == action)))
