"""A body opened without an application, as a value: what the form hands out and the vault keeps."""

from dataclasses import dataclass
from datetime import date

from cattrs.preconf.orjson import make_converter

from sectors.bodies.details import BodyDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """How a body is served already: its agreement, and the operation it stands in; days as in Japan.

    `trial_ends_on` is the last day of its trial period, or None in full operation.
    """

    body_signer: str
    jpcert_signer: str
    ipa_signer: str
    decided_on: date
    starts_on: date
    ends_on: date
    trial_ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Who the body is; `existing` only of one that is taken over."""

    details: BodyDetails
    existing: Existing | None = None


_converter = make_converter()


def to_json(proposal: Proposal) -> bytes:
    """Return the proposal as it is sealed."""
    return _converter.dumps(proposal)


def from_json(data: bytes) -> Proposal:
    """Return the proposal of sealed bytes."""
    return _converter.loads(data, Proposal)
