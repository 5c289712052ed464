"""The steps of the form, in order, and what was typed in each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cattrs.preconf.orjson import make_converter

from sectors.applications.items import Section

Fields = tuple[tuple[str, str], ...]


class Step(StrEnum):
    """One page of the form; its value stands in the address."""

    ORGANISATION = "organisation"
    SECTORS = "sectors"
    CONTACTS = "contacts"
    MEMBERS = "members"
    REQUIREMENTS = "requirements"
    ATTACHMENTS = "attachments"

    @property
    def following(self) -> "Step | None":
        """Return the step after this one."""
        steps = list(Step)
        place = steps.index(self) + 1
        return steps[place] if place < len(steps) else None


SECTIONS: dict[Step, tuple[Section, ...]] = {
    Step.ORGANISATION: (Section.ORGANISATION,),
    Step.SECTORS: (Section.SECTORS,),
    Step.CONTACTS: (Section.CONTACTS,),
    Step.MEMBERS: (Section.MEMBERS,),
    Step.REQUIREMENTS: (Section.OPERATOR, Section.CONTRACTOR, Section.PURPOSE),
    Step.ATTACHMENTS: (Section.ATTACHMENTS,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed in one step, as a browser sends it, and how often the step was saved."""

    fields: Fields
    saves: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that was typed so far."""

    steps: Mapping[Step, Typed] = field(default_factory=dict)

    def saves(self, step: Step) -> int:
        """Return how often a step was saved; a page names the number that it saw."""
        return self.steps[step].saves if step in self.steps else 0

    def fields(self, step: Step) -> Fields:
        """Return what was typed in a step."""
        return self.steps[step].fields if step in self.steps else ()

    def with_step(self, step: Step, fields: Fields) -> "Content":
        """Return the content after this step was saved."""
        return Content(steps={**self.steps, step: Typed(fields=fields, saves=self.saves(step) + 1)})


_converter = make_converter()


def to_json(content: Content) -> bytes:
    """Return the content as it is sealed."""
    return _converter.dumps(content)


def from_json(data: bytes) -> Content:
    """Return the content of sealed bytes."""
    return _converter.loads(data, Content)
