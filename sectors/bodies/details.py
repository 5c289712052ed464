"""What is told about a body, as values: an application carries them, and a body is made from them."""

from dataclasses import dataclass
from datetime import date

from sectors.bodies.models import ContactKind
from sectors.requirements.measures import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """A point of contact as named by the body."""

    kind: ContactKind
    name: str
    department: str
    email: str
    telephone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDetails:
    """A member operator as named by the body; `memorandum_on` is the day of its memorandum (覚書)."""

    name: str
    corporate_number: str
    sector_code: str
    critical: bool
    memorandum_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyDetails:
    """All that a body says about itself."""

    name_ja: str
    name_en: str
    corporate_number: str
    address: str
    representative: str
    is_operator: bool
    sectors: tuple[str, ...]
    contacts: tuple[ContactDetails, ...]
    operators: tuple[OperatorDetails, ...]
    measures: tuple[Measure, ...]
    roster_edition: str = ""  # the edition of the action plan that the operators' status rests on

    def contact(self, kind: ContactKind) -> ContactDetails | None:
        """Return the contact of a kind, if one is named."""
        return next((each for each in self.contacts if each.kind is kind), None)
