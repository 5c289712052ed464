"""Who may have a notice now: computed from what stands in the other subjects, never stored.

All conditions hold at release and again at sealing; the body's standing (operation, agreement) also at
every poll and page view.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import orm

from feeds.advisories.models import Release
from feeds.formats.content import Kind
from hub.core import stamps
from hub.core.clock import JST
from keys import queries as keys
from nda.agreements import queries as agreements
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import RECEIVING
from sectors.requirements import queries as requirements
from sectors.requirements.models import Requirement

UNTIL_NOW = frozenset({Kind.WITHDRAWN, Kind.LIFTED})


class Condition(StrEnum):
    """What a body must meet."""

    OPERATION = "operation"
    AGREEMENT = "agreement"
    REQUIREMENTS = "requirements"
    CONTACT = "contact"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether a body meets one condition; `reason` is the sentence for people where it does not."""

    condition: Condition
    ok: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is asked again at every poll and page view."""

    operation: bool
    agreement: bool

    @property
    def ok(self) -> bool:
        """Tell whether the body may read what was released to it."""
        return self.operation and self.agreement


def standing(session: orm.Session, body: Body, *, now: datetime) -> Standing:
    """Return whether the body is in trial or full operation under an agreement that binds now."""
    return standings(session, [body], now=now)[body.id]


def standings(
    session: orm.Session, of_bodies: Collection[Body], *, now: datetime
) -> dict[uuid.UUID, Standing]:
    """Return the standing of each of these bodies, by its id."""
    bound = agreements.binding(session, {each.organisation_id for each in of_bodies}, at=now)
    return {
        each.id: Standing(
            operation=each.state in RECEIVING and stamps.genuine(session, each),
            agreement=each.organisation_id in bound,
        )
        for each in of_bodies
    }


def gate(
    session: orm.Session, body: Body, *, publication_at: datetime | None, now: datetime
) -> tuple[Check, ...]:
    """Return every condition with its answer; without a publication date the agreement need only bind now."""
    return gates(session, [body], publication_at=publication_at, now=now)[body.id]


def gates(
    session: orm.Session, of_bodies: Collection[Body], *, publication_at: datetime | None, now: datetime
) -> dict[uuid.UUID, tuple[Check, ...]]:
    """Return the same of each of these bodies, by its id; asked of the database at once, however many."""
    met = standings(session, of_bodies, now=now)
    until = now if publication_at is None else max(now, publication_at)
    bound = agreements.binding(session, {each.organisation_id for each in of_bodies}, at=until)
    attested = requirements.attested_of(session, list(met), on=now.astimezone(JST).date())
    receiving = bodies.receiving_contacts(session, of_bodies)
    confirmed = {body_id for body_id, each in receiving.items() if bodies.is_confirmed(session, each)}
    sealable = keys.owners_of_usable(session, {each.id for each in receiving.values()}, now=now)
    return {
        body.id: (
            _check(Condition.OPERATION, "It is not in trial or full operation", met=met[body.id].operation),
            _check(
                Condition.AGREEMENT,
                "No agreement binds beyond the publication date",
                met=met[body.id].agreement and body.organisation_id in bound,
            ),
            _check(
                Condition.REQUIREMENTS,
                "Not all three requirements are attested today",
                met=attested[body.id] == frozenset(Requirement),
            ),
            _check(Condition.CONTACT, "The receiving contact is not confirmed", met=body.id in confirmed),
            _check(
                Condition.CERTIFICATE,
                "The receiving contact has no certificate that is usable today",
                met=body.id in receiving and receiving[body.id].id in sealable,
            ),
        )
        for body in of_bodies
    }


def _check(condition: Condition, otherwise: str, *, met: bool) -> Check:
    return Check(condition=condition, ok=met, reason="" if met else otherwise)


def eligible(session: orm.Session, body: Body, *, publication_at: datetime | None, now: datetime) -> bool:
    """Tell whether a notice with this publication date may be sealed for the body now."""
    return any_eligible(session, [body], publication_at=publication_at, now=now)


def any_eligible(
    session: orm.Session, of_bodies: Collection[Body], *, publication_at: datetime | None, now: datetime
) -> bool:
    """Tell whether it may be sealed for one of these bodies at least."""
    found = gates(session, of_bodies, publication_at=publication_at, now=now)
    return any(all(check.ok for check in checks) for checks in found.values())


def checks_for(session: orm.Session, release: Release, body: Body, *, now: datetime) -> tuple[Check, ...]:
    """Return the conditions of a body for one release; a withdrawal or a lifting looks at today only."""
    until = None if release.kind in UNTIL_NOW else release.publication_at
    return gate(session, body, publication_at=until, now=now)


def addressed(session: orm.Session, body_ids: frozenset[uuid.UUID]) -> tuple[Body, ...]:
    """Return these bodies by name."""
    return tuple(bodies.bodies(session, body_ids))
