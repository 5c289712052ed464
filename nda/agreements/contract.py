"""What a signed agreement says, as a value, and how it is written into the row of the agreement."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hub.core.clock import JST
from hub.core.vault import Place, Vault
from nda.agreements.models import Agreement

LARGEST = 20 * 1024 * 1024  # bytes of a signed document
PDF = b"%PDF-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What the signed agreement says; `ends_on` is its last day, both days in Japanese time."""

    body_signer: str
    jpcert_signer: str
    ipa_signer: str
    decided_on: date
    starts_on: date
    ends_on: date
    document: bytes

    def problems(self, *, today: date) -> dict[str, str]:
        """Return what is wrong with it, by field."""
        found = {}
        if self.ends_on <= max(self.starts_on, today):
            found["ends_on"] = "The last day must be after the first day and after today"
        if self.decided_on > today:
            found["decided_on"] = "The decision cannot be of a later day than today"
        return found | file_problems(self.document)


def file_problems(document: bytes, *, field: str = "document") -> dict[str, str]:
    """Return what is wrong with a signed document, by field."""
    if not document.startswith(PDF):
        return {field: "The signed agreement must be a PDF file"}
    if len(document) > LARGEST:
        return {field: "The file is larger than 20 MB"}
    return {}


def write(agreement: Agreement, conclusion: Conclusion, *, vault: Vault, now: datetime) -> None:
    """Write what was signed into an agreement that has its id; the document is sealed."""
    agreement.concluded_at = now
    agreement.body_signer = conclusion.body_signer
    agreement.jpcert_signer = conclusion.jpcert_signer
    agreement.ipa_signer = conclusion.ipa_signer or None
    agreement.decided_on = conclusion.decided_on
    agreement.starts_at = midnight(conclusion.starts_on)
    agreement.ends_at = midnight(conclusion.ends_on + timedelta(days=1))
    agreement.document = vault.seal(conclusion.document, place=place(agreement))
    agreement.document_sha256 = hashlib.sha256(conclusion.document).hexdigest()


def midnight(day: date) -> datetime:
    """Return the first instant of a day in Japan."""
    return datetime.combine(day, time(), tzinfo=JST)


def place(agreement: Agreement) -> Place:
    """Return where the signed document lives."""
    return Place(table="agreement", row=agreement.id, column="document")
