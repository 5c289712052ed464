"""From preparation to trial and full operation: readiness is the gate, computed and never stored."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories.audience import Check, Condition
from feeds.delivery.promising import promise_heartbeat
from feeds.delivery.series import lifted_collection, series_of
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

    @property
    def ready(self) -> bool:
        """Tell whether everything is met."""
        return all(check.ok for check in self.checks)


def readiness(session: orm.Session, body: Body, *, now: datetime) -> Readiness:
    """Return the conditions of receiving, but for operation itself, as they stand now."""
    checks = audience.gate(session, body, publication_at=None, now=now)
    if body.state not in RECEIVING:
        checks = tuple(check for check in checks if check.condition is not Condition.OPERATION)
    return Readiness(checks=checks)


def begin_trial(session: orm.Session, body_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Begin trial operation; the body's collections are made and its first heartbeat promised.

    Raises:
        NotAllowedError: something is missing; nothing was changed.
        IllegalMoveError: the body is not in preparation.

    """
    body = bodies.body(session, body_id, lock=True)
    if not readiness(session, body, now=now).ready:
        raise NotAllowedError("The body is not ready for trial operation")
    body_service.move(session, body_id, Move.BEGIN_TRIAL, reason="", by=by, now=now)
    series_of(session, body_id)
    lifted_collection(session)
    promise_heartbeat(session, body_id, now=now)
