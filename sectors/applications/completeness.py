"""The formal review's own checks: which items of an application are in, and which are not."""

from collections.abc import Collection
from dataclasses import dataclass

from sectors.applications.items import Item
from sectors.applications.members import FEWEST
from sectors.applications.models import AttachmentKind
from sectors.applications.submission import BodyKind, Submission
from sectors.bodies.corporate_number import is_valid
from sectors.bodies.models import ContactKind
from sectors.requirements.models import Requirement

ADVICE = frozenset({Item.SUBSTITUTE, Item.OPERATOR_SECTORS, Item.MEMORANDA, Item.ISAC})
"""Items that a reviewer weighs; without any other item an application cannot be accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the check table; `count` says how many there are, where a number helps."""

    item: Item
    met: bool
    count: int | None = None

    @property
    def blocks(self) -> bool:
        """Tell whether the application cannot be accepted because of it."""
        return not self.met and self.item not in ADVICE


def checks(
    submission: Submission, *, attached: Collection[AttachmentKind], sectors: Collection[str]
) -> tuple[Check, ...]:
    """Return every check of a submission; `sectors` are the codes that hold today."""
    details = submission.details
    critical = [each for each in details.operators if each.critical]
    outside = [each for each in critical if each.sector_code not in details.sectors]
    bound = [each for each in critical if each.memorandum_on is not None]
    measured = {each.requirement for each in details.measures if each.how and each.by_whom and each.evidence}
    kinds = {each.kind for each in details.contacts}
    facts: dict[Item, bool | tuple[bool, int]] = {
        Item.ORGANISATION: is_valid(details.corporate_number) and bool(details.representative),
        Item.SECTORS: bool(details.sectors) and set(details.sectors) <= set(sectors),
        Item.MAIN_CONTACT: ContactKind.MAIN in kinds,
        Item.SUBSTITUTE: len(kinds) > 1,
        Item.OPERATORS: (len(critical) >= FEWEST, len(critical)),
        Item.OPERATOR_SECTORS: (not outside, len(outside)),
        Item.MEMORANDA: (len(bound) == len(critical), len(bound)),
        Item.OPERATOR_CONTROL: Requirement.OPERATOR in measured,
        Item.CONTRACTOR_CONTROL: Requirement.CONTRACTOR in measured,
        Item.PURPOSE_CONTROL: Requirement.PURPOSE in measured,
        Item.ATTACHMENTS: set(AttachmentKind) <= set(attached),
        Item.ISAC: submission.body_kind is BodyKind.ISAC,
    }
    return tuple(_check(item, fact) for item, fact in facts.items())


def _check(item: Item, fact: bool | tuple[bool, int]) -> Check:  # noqa: FBT001 - a fact, not a switch
    if isinstance(fact, tuple):
        return Check(item=item, met=fact[0], count=fact[1])
    return Check(item=item, met=fact)
