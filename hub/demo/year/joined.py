"""A body of the year, and who acts for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.core.audit import Actor
from hub.demo.errors import DemoError
from hub.demo.people import Person
from hub.demo.year.parts import Part


@dataclass(slots=True, kw_only=True)
class Joined:
    """A body under way; it has an id from its agreement on."""

    part: Part
    who: Person
    actor: Actor
    organisation_id: UUID
    body_id: UUID | None = None

    @property
    def id(self) -> UUID:
        """Return the body's id.

        Raises:
            DemoError: it has none yet.

        """
        if self.body_id is None:
            raise DemoError(f"{self.part.body.name} is no body yet")
        return self.body_id


def numbered(everybody: Sequence[Joined]) -> dict[UUID, Joined]:
    """Return the bodies by their ids."""
    return {each.id: each for each in everybody}
