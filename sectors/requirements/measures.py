"""How one requirement is met, as a value: what an applicant states and an attestation keeps."""

from dataclasses import dataclass

from sectors.requirements.models import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The statement about one requirement: how it is met, by whom, which document shows it."""

    requirement: Requirement
    how: str
    by_whom: str
    evidence: str
