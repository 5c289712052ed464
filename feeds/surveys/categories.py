"""How far a notice came inside an organisation: fixed for all years, so that they compare.

The categories are those of the survey of FY2018 (its figures 3-2 and 3-3); no version of a questionnaire
changes them.
"""

from collections.abc import Mapping
from enum import StrEnum


class Category(StrEnum):
    """Whether it was disseminated inside the organisation, and to whom."""

    SYSTEMS_ONLY = "systems-only"
    ALSO_OTHERS = "also-others"
    COULD_NOT = "could-not"
    DID_NOT = "did-not"


class Reason(StrEnum):
    """Why it was not disseminated; the first explains *did not* only."""

    NOT_IN_USE = "not-in-use"
    PERSONS_UNKNOWN = "persons-unknown"
    NOT_PERMITTED = "not-permitted"
    NO_TIME = "no-time"
    HARD_TO_JUDGE = "hard-to-judge"
    KNOWN_ALREADY = "known-already"
    OTHER = "other"


class Merged(StrEnum):
    """The three groups of figure 3-3."""

    DISSEMINATED = "disseminated"
    NOT_IN_USE = "not-in-use"
    OTHER_REASON = "other-reason"


DISSEMINATED = frozenset({Category.SYSTEMS_ONLY, Category.ALSO_OTHERS})


def fits(category: Category, reason: Reason | None) -> bool:
    """Tell whether a reason may stand beside a category."""
    if reason is None:
        return True
    return category is Category.DID_NOT or (
        category is Category.COULD_NOT and reason is not Reason.NOT_IN_USE
    )


def merged(categories: Mapping[Category, int], reasons: Mapping[Reason, int]) -> dict[Merged, int]:
    """Return how many organisations are in each of the three groups."""
    disseminated = sum(categories.get(each, 0) for each in DISSEMINATED)
    not_in_use = reasons.get(Reason.NOT_IN_USE, 0)
    return {
        Merged.DISSEMINATED: disseminated,
        Merged.NOT_IN_USE: not_in_use,
        Merged.OTHER_REASON: sum(categories.values()) - disseminated - not_in_use,
    }


def judged(categories: Mapping[Category, int], reasons: Mapping[Reason, int]) -> int:
    """Return how many judged the matter: they disseminated it, or found that the software is not in use."""
    groups = merged(categories, reasons)
    return groups[Merged.DISSEMINATED] + groups[Merged.NOT_IN_USE]
