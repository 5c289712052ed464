"""What two coordinators vouch for with their passkeys: a release, in bytes that nobody reads otherwise.

A statement holds everything from which bundle, notes, CSAF, mail and audience are made, but the instant
of release, which nobody knows when the first of them signs. The worker makes what it signs from the
statement that both have signed, and from no other row.
"""

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
from cattrs.errors import BaseValidationError
from cattrs.preconf.orjson import make_converter

from feeds.formats.content import Notice, SectorName, Text
from hub.core.converting import prepare
from hub.core.errors import HubError

FORM = "priority-hub/release-statement/1"  # a change of the form is another number
NOT_YET = datetime(1, 1, 1, tzinfo=UTC)  # stands in a read notice for the instant of release

_converter = make_converter()
_converter.register_unstructure_hook(datetime, lambda at: at.astimezone(UTC).isoformat())
_converter.register_structure_hook(uuid.UUID, lambda text, _: uuid.UUID(text))


class Act(StrEnum):
    """For what a coordinator signs a statement: proposing it (in approval), or releasing it."""

    PROPOSE = "propose"
    RELEASE = "release"


class StatementError(HubError):
    """The bytes are no statement of this form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A body to which a notice goes: by id and name, and the sectors whose texts it is told."""

    body_id: uuid.UUID
    name: str
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A notice with its addressees, complete; `sectors` names those that a text is written for."""

    notice: Notice
    sectors: tuple[SectorName, ...]
    bodies: tuple[Addressed, ...]

    @property
    def body_ids(self) -> frozenset[uuid.UUID]:
        """Return the bodies that it is addressed to."""
        return frozenset(each.body_id for each in self.bodies)

    def addressed(self, body_id: uuid.UUID) -> Addressed | None:
        """Return a body as it is addressed, or None if it is not."""
        return next((each for each in self.bodies if each.body_id == body_id), None)

    def texts_for(self, body_id: uuid.UUID) -> tuple[tuple[SectorName, Text], ...]:
        """Return the impact on the sectors of this body; other sectors' texts are not its business."""
        body = self.addressed(body_id)
        codes = body.sectors if body else ()
        texts = self.notice.content.sector_texts
        return tuple((each, texts[each.code]) for each in self.sectors if each.code in codes)

    def released(self, at: datetime) -> Notice:
        """Return the notice as it left at this instant."""
        return replace(self.notice, released_at=at)

    def canonical(self) -> bytes:
        """Return the one way to write it: JSON with sorted keys."""
        plain: dict[str, Any] = _converter.unstructure(self)
        del plain["notice"]["released_at"]
        return orjson.dumps({"form": FORM, **plain}, option=orjson.OPT_SORT_KEYS)


def digest(canonical: bytes) -> bytes:
    """Return the hash of a statement: what both people see the beginning of, on their pages."""
    return hashlib.sha256(canonical).digest()


def challenge(canonical: bytes, act: Act) -> bytes:
    """Return what a passkey signs for one act: who proposes a statement has not released it."""
    return hashlib.sha256(f"{FORM}/{act}\x1f".encode() + digest(canonical)).digest()


prepare(_converter, Statement)


def from_canonical(canonical: bytes) -> Statement:
    """Read what `canonical` wrote.

    Raises:
        StatementError: it is of another form.

    """
    try:
        plain: dict[str, Any] = orjson.loads(canonical)
        plain["notice"]["released_at"] = NOT_YET.isoformat()
        read = _converter.structure(plain, Statement)
    except (ValueError, LookupError, TypeError, BaseValidationError) as error:
        raise StatementError("This is not a statement") from error
    if plain.get("form") != FORM:
        raise StatementError("This is not a statement of a form that is known here")
    return read
