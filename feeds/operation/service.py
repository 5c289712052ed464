"""From preparation to trial and full operation: readiness is the gate, computed and never stored."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories.audience import Check, Condition
from feeds.delivery.series import lifted_collection, promise_heartbeat, series_of
from feeds.drills import queries as drills
from feeds.drills.models import Waiver
from hub.core.audit import Actor
from hub.core.errors import NotAllowedError
from sectors.bodies import queries as bodies
from sectors.bodies import service as body_service
from sectors.bodies.models import Body
from sectors.bodies.states import RECEIVING, Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What a body needs before trial operation, each met or with its reason."""

    checks: tuple[Check, ...]
    passed_at: datetime | None
    is_practised: bool
    waiver: Waiver | None

    @property
    def ready(self) -> bool:
        """Tell whether everything is met."""
        return self.is_practised and all(check.ok for check in self.checks)


def readiness(session: orm.Session, body: Body, *, now: datetime) -> Readiness:
    """Return the conditions of receiving, but for operation itself, and the drill, as they stand now."""
    checks = audience.gate(session, body, publication_at=None, now=now)
    if body.state not in RECEIVING:
        checks = tuple(check for check in checks if check.condition is not Condition.OPERATION)
    return Readiness(
        checks=checks,
        passed_at=drills.last_passed(session, [body.id]).get(body.id),
        is_practised=drills.is_practised(session, body.id, now=now),
        waiver=drills.waiver(session, body.id),
    )


def begin_trial(session: orm.Session, body_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Begin trial operation; the body's collections are made and its first heartbeat promised.

    Raises:
        NotAllowedError: something is missing, or the person waived the drill; nothing was changed.
        IllegalMoveError: the body is not in preparation.

    """
    body = bodies.body(session, body_id, lock=True)
    stands = readiness(session, body, now=now)
    if not stands.ready:
        raise NotAllowedError("The body is not ready for trial operation")
    if stands.passed_at is None and stands.waiver is not None and stands.waiver.waived_by == by.account_id:
        raise NotAllowedError("You waived its drill; another person must begin the trial operation")
    body_service.move(session, body_id, Move.BEGIN_TRIAL, reason="", by=by, now=now)
    series_of(session, body_id)
    lifted_collection(session)
    promise_heartbeat(session, body_id, now=now)
