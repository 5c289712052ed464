"""What a body tells about itself: requirements that are met, its members, that all of it is right."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import orm

from hub.core import audit
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.errors import ConflictError, InputError, NotFoundError
from sectors.bodies import queries as bodies
from sectors.bodies.details import OperatorDetails
from sectors.bodies.models import Body, MemberOperator
from sectors.requirements import service as requirements
from sectors.requirements.measures import Measure
from sectors.requirements.models import Requirement

CHECK_EVERY = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What may change of a member: whether it is critical, and the day of its memorandum, if there is one."""

    critical: bool
    memorandum_on: date | None


def attest(
    session: orm.Session, body_id: uuid.UUID, measures: Collection[Measure], *, by: Actor, now: datetime
) -> None:
    """Attest all three requirements anew, for a year from today.

    Raises:
        NotFoundError: the body is another organisation's.
        InputError: one of the three is missing.

    """
    body = _own(session, body_id, by=by)
    missing = frozenset(Requirement) - {each.requirement for each in measures}
    if missing:
        raise InputError({f"{each}-how": "Write how this requirement is met" for each in sorted(missing)})
    requirements.attest(session, body.id, measures, on=now.astimezone(JST).date())
    audit.record(session, "requirements.attested", by=by, subject=body.id, now=now)


def still_right(session: orm.Session, body_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Take note that the body has looked through what is recorded of it, and that it is right.

    Raises:
        NotFoundError: the body is another organisation's.

    """
    body = _own(session, body_id, by=by)
    body.checked_at = now
    audit.record(session, "body.checked", by=by, subject=body.id, now=now)


def move_house(
    session: orm.Session, body_id: uuid.UUID, *, address: str, representative: str, by: Actor, now: datetime
) -> None:
    """Record the body's present address and representative.

    Raises:
        NotFoundError: the body is another organisation's.

    """
    body = _own(session, body_id, by=by)
    body.address, body.representative = address, representative
    audit.record(session, "body.details", by=by, subject=body.id, now=now)


def check_due(body: Body) -> datetime:
    """Return from when the body is asked whether everything is still right."""
    return (body.checked_at or body.created_at) + CHECK_EVERY


def add_member(
    session: orm.Session, body_id: uuid.UUID, named: OperatorDetails, *, by: Actor, now: datetime
) -> MemberOperator:
    """Add a member operator to the roster; one that had left comes back.

    Raises:
        NotFoundError: the body is another organisation's.
        ConflictError: it is on the roster already.
        InputError: the memorandum is of a later day than today.

    """
    body = _own(session, body_id, by=by)
    _refuse_a_later_day(named.memorandum_on, now=now)
    found = bodies.operator_by_number(session, body.id, named.corporate_number)
    if found is not None and found.left_on is None:
        raise ConflictError("This operator is on the roster already")
    member = found or MemberOperator(
        id=uuid.uuid4(), body_id=body.id, corporate_number=named.corporate_number
    )
    member.name, member.sector_code, member.left_on = named.name, named.sector_code, None
    member.critical, member.memorandum_on = named.critical, named.memorandum_on
    session.add(member)
    audit.record(session, "member.added", by=by, subject=body.id, now=now, member=str(member.id))
    return member


def keep_member(
    session: orm.Session,
    body_id: uuid.UUID,
    operator_id: uuid.UUID,
    standing: Standing,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Record a member's memorandum (覚書), or that it has none, and whether it is critical.

    Raises:
        NotFoundError: the body has no such member, or is another organisation's.
        InputError: the memorandum is of a later day than today.

    """
    body = _own(session, body_id, by=by)
    member = bodies.operator(session, body.id, operator_id)
    _refuse_a_later_day(standing.memorandum_on, now=now)
    member.critical, member.memorandum_on = standing.critical, standing.memorandum_on
    day = standing.memorandum_on.isoformat() if standing.memorandum_on else ""
    audit.record(
        session, "member.memorandum", by=by, subject=body.id, now=now, member=str(member.id), day=day
    )


def member_leaves(
    session: orm.Session, body_id: uuid.UUID, operator_id: uuid.UUID, *, by: Actor, now: datetime
) -> None:
    """Take a member off the roster.

    Raises:
        NotFoundError: the body has no such member, or is another organisation's.

    """
    body = _own(session, body_id, by=by)
    member = bodies.operator(session, body.id, operator_id)
    member.left_on = now.astimezone(JST).date()
    audit.record(session, "member.left", by=by, subject=body.id, now=now, member=str(member.id))


def _own(session: orm.Session, body_id: uuid.UUID, *, by: Actor) -> Body:
    body = bodies.body(session, body_id, lock=True)
    if body.organisation_id != by.organisation_id:
        raise NotFoundError("no such body")
    return body


def _refuse_a_later_day(day: date | None, *, now: datetime) -> None:
    if day is not None and day > now.astimezone(JST).date():
        raise InputError({"memorandum_on": "The memorandum cannot be of a later day than today"})
