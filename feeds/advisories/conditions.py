"""What must stand before a revision may leave: shown on the page, asked again at the release itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import orm

from feeds.advisories import at_rest, audience, consulting, queries
from feeds.advisories.models import Revision
from feeds.advisories.states import Party
from hub.core.clock import JST
from hub.core.vault import Vault


class Gate(StrEnum):
    """Each condition of the provision, by name."""

    TLP = "tlp"
    COUNTERMEASURE = "countermeasure_on"
    PUBLICATION = "publication_at"
    SERIOUS_EFFECT = "serious_effect"
    IPA = "ipa"
    DEVELOPER = "developer"
    AUDIENCE = "audience"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whether one condition stands; `reason` is the sentence for people where it does not."""

    gate: Gate
    ok: bool
    reason: str = ""


def conditions(
    session: orm.Session,
    revision: Revision,
    *,
    vault: Vault,
    now: datetime,
    somebody: bool | None = None,
) -> tuple[Asked, ...]:
    """Return every condition of this revision's release with its answer.

    `somebody` tells whether an addressed body meets all conditions, where the caller has asked that just now.
    A withdrawal and a lifting restrict or end what was provided; they need no new provision's conditions.
    """
    if revision.kind in audience.UNTIL_NOW:
        return ()
    return tuple(
        Asked(gate=gate, ok=met, reason="" if met else otherwise)
        for gate, otherwise, met in _answers(session, revision, vault=vault, now=now, somebody=somebody)
    )


def _answers(
    session: orm.Session, revision: Revision, *, vault: Vault, now: datetime, somebody: bool | None
) -> Iterator[tuple[Gate, str, bool]]:
    ready, told_at = revision.countermeasure_on, revision.publication_at
    parties = {each.party for each in queries.consultations(session, revision.advisory_id)}
    yield Gate.TLP, "The TLP label is not set", revision.tlp is not None
    yield (
        Gate.COUNTERMEASURE,
        "The countermeasure does not exist yet, or its day is not entered",
        ready is not None and ready <= now.astimezone(JST).date(),
    )
    yield (
        Gate.PUBLICATION,
        "The publication date is not entered or is not in the future",
        told_at is not None and told_at > now,
    )
    yield (
        Gate.SERIOUS_EFFECT,
        "Why a serious effect on infrastructure is to be feared is not entered",
        bool(at_rest.serious_effect_of(revision, vault=vault).strip()),
    )
    yield Gate.IPA, "IPA has not recorded its consultation", Party.IPA in parties
    yield (
        Gate.DEVELOPER,
        "The consultation of a product developer is not recorded",
        Party.DEVELOPER in parties and not consulting.not_consulted(session, revision, vault=vault),
    )
    yield (
        Gate.AUDIENCE,
        "No addressed body meets all conditions",
        _anybody(session, revision, now=now) if somebody is None else somebody,
    )


def _anybody(session: orm.Session, revision: Revision, *, now: datetime) -> bool:
    addressed = audience.addressed(session, revision.body_ids)
    return audience.any_eligible(session, addressed, publication_at=revision.publication_at, now=now)
