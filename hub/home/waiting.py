"""What waits for a person: the tasks on the first page after signing in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from hub.web.wiring import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that a person should do next, with the page to do it on."""

    text: str
    href: str
    count: int


def tasks(session: orm.Session, person: Person, *, now: datetime) -> list[Task]:
    """Return what waits for this person, the most pressing first."""
    return []
