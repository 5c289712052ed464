"""What the pages of applications show: a filed submission as rows of facts, and a form filled with it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from sectors.applications import members
from sectors.applications.form_parts import CONTACT_FIELDS
from sectors.applications.submission import Submission
from sectors.catalogue.models import Sector


def sector_choices(sectors: Iterable[Sector], *, language: str) -> dict[str, str]:
    """Return code and name of sectors in the reader's language."""
    return {each.code: each.en if language == "en" else each.ja for each in sectors}


def japanese_names(sectors: Iterable[Sector]) -> dict[str, str]:
    """Return code and Japanese name of sectors, as a roster may use them."""
    return {each.code: each.ja for each in sectors}


def filled_in(submission: Submission, *, names: Mapping[str, str]) -> dict[str, object]:
    """Return the data of a form that shows what was filed."""
    details = submission.details
    contacts = {name: details.contact(kind) for name, kind in CONTACT_FIELDS.items()}
    return {
        "name_ja": details.name_ja,
        "name_en": details.name_en,
        "corporate_number": details.corporate_number,
        "address": details.address,
        "representative": details.representative,
        "body_kind": submission.body_kind.value,
        "is_operator": "yes" if details.is_operator else "no",
        "sectors": list(details.sectors),
        "roster_edition": details.roster_edition,
        "members": members.written(details.operators, sectors=names),
        **{name: asdict(contact) for name, contact in contacts.items() if contact is not None},
        **{each.requirement.value: asdict(each) for each in details.measures},
    }
