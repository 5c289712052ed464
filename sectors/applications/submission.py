"""An application as a value, already checked for form: what the form hands out and the vault keeps."""

from dataclasses import dataclass
from enum import StrEnum

from cattrs.preconf.orjson import make_converter

from sectors.bodies.details import BodyDetails

FORM_VERSION = 2  # 2: the list of members cites the edition of the action plan


class BodyKind(StrEnum):
    """In principle an ISAC applies; another body has one more, recorded review."""

    ISAC = "isac"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What an applicant filed, in the order of one version of the form."""

    form_version: int
    body_kind: BodyKind
    details: BodyDetails


_converter = make_converter()


def to_json(submission: Submission) -> bytes:
    """Return the submission as it is sealed."""
    return _converter.dumps(submission)


def from_json(data: bytes) -> Submission:
    """Return the submission of sealed bytes."""
    return _converter.loads(data, Submission)
