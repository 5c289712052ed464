"""What happens in a drill: begun for some bodies, opened and answered by them; or waived."""

import secrets
import uuid
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.drills import queries, texts
from feeds.drills.models import Drill, DrillDelivery, Turn, Waiver
from feeds.drills.states import ARRIVED, MOVES, Move, State
from feeds.formats.receipt_code import is_code_of
from feeds.formats.tracking import RANDOM_BITS, new_tracking_id
from feeds.matters.models import Matter
from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from hub.core.machine import step
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import RECEIVING

LONGEST = timedelta(days=14)
MOST_TRIES = 20


def _random_bits() -> int:
    return secrets.randbits(RANDOM_BITS)


def start(
    session: orm.Session,
    body_ids: Collection[uuid.UUID],
    *,
    hours: int,
    by: Actor,
    now: datetime,
    bits: Callable[[], int] = _random_bits,
) -> Drill:
    """Begin a drill for these bodies; what is sent to each is promised.

    Raises:
        ConflictError: no free tracking ID was found; try again.
        InputError: no body is named, one of them takes part in nothing now, or the hours are too many.

    """
    invited = [each for each in bodies.bodies(session, body_ids) if each.state in queries.INVITED]
    if not invited or len(invited) != len(set(body_ids)):
        raise InputError({"bodies": "Choose bodies that are in preparation, trial or full operation"})
    lasts = timedelta(hours=hours)
    if not timedelta(0) < lasts <= LONGEST:
        raise InputError({"hours": "Enter 1 to 336 hours"})
    drill = _opened(session, deadline=now + lasts, by=by, now=now, bits=bits)
    for body in invited:
        _invite(session, drill, body, now=now)
    audit.record(session, "drill.started", by=by, subject=drill.id, now=now, bodies=str(len(invited)))
    return drill


def _opened(
    session: orm.Session, *, deadline: datetime, by: Actor, now: datetime, bits: Callable[[], int]
) -> Drill:
    for _ in range(MOST_TRIES):
        tracking_id = new_tracking_id(now.astimezone(JST).year, bits())
        drill = Drill(
            id=uuid.uuid4(),
            tracking_id=tracking_id,
            text_version=texts.CURRENT,
            started_at=now,
            deadline=deadline,
            started_by=by.account_id,
        )
        if not _is_of_a_matter(session, tracking_id) and _inserted(session, drill):
            return drill
    raise ConflictError("No free tracking ID was found; try again")


def _is_of_a_matter(session: orm.Session, tracking_id: str) -> bool:
    return session.scalar(sa.select(Matter.id).where(Matter.tracking_id == tracking_id)) is not None


def _inserted(session: orm.Session, drill: Drill) -> bool:
    try:
        with session.begin_nested():
            session.add(drill)
    except IntegrityError as error:
        if "tracking_id" in constraint_of(error):
            return False
        raise
    return True


def _invite(session: orm.Session, drill: Drill, body: Body, *, now: datetime) -> None:
    """Promise one mail a contact, and a sealed copy where the body's tools may fetch one."""
    turn = Turn(id=uuid.uuid4(), drill_id=drill.id, body_id=body.id)
    session.add(turn)
    session.flush()  # the deliveries refer to it
    for contact in bodies.contacts(session, body.id):
        delivery = _promised(session, turn, contact.id, now=now)
        outbox.promise(session, "drill.mail", now=now, key=f"drill.mail/{delivery}", delivery_id=delivery)
    if body.state in RECEIVING:
        delivery = _promised(session, turn, None, now=now)
        outbox.promise(session, "drill.copy", now=now, key=f"drill.copy/{delivery}", delivery_id=delivery)


def _promised(session: orm.Session, turn: Turn, contact_id: uuid.UUID | None, *, now: datetime) -> uuid.UUID:
    delivery = DrillDelivery(id=uuid.uuid4(), turn_id=turn.id, contact_id=contact_id, promised_at=now)
    session.add(delivery)
    return delivery.id


def acknowledge(
    session: orm.Session, code: str, *, body_id: uuid.UUID, key: bytes, by: Actor, now: datetime
) -> bool:
    """Take a receipt code from a body; tell whether it is one of its drills' (again is no harm)."""
    delivery = _found(session, code, body_id=body_id, key=key)
    if delivery is not None:
        _open(session, delivery, by=by, now=now)
    return delivery is not None


def answer_by_code(
    session: orm.Session, code: str, *, body_id: uuid.UUID, key: bytes, by: Actor, now: datetime
) -> bool:
    """Take an answer that carries a receipt code (a body's tool); tell whether it is of one of its drills."""
    delivery = _found(session, code, body_id=body_id, key=key)
    if delivery is not None:
        _open(session, delivery, by=by, now=now)
        _answered(session, session.get_one(Turn, delivery.turn_id), by=by, now=now)
    return delivery is not None


def report_of(session: orm.Session, code: str, *, body_id: uuid.UUID, key: bytes) -> str | None:
    """Return the STIX id of the report of the drill whose receipt code this is, or None."""
    delivery = _found(session, code, body_id=body_id, key=key)
    if delivery is None:
        return None
    turn = session.get_one(Turn, delivery.turn_id)
    return texts.report_id(session.get_one(Drill, turn.drill_id))


def _found(session: orm.Session, code: str, *, body_id: uuid.UUID, key: bytes) -> DrillDelivery | None:
    arrived = (
        sa.select(DrillDelivery)
        .join(Turn, Turn.id == DrillDelivery.turn_id)
        .where(Turn.body_id == body_id, DrillDelivery.state.in_(ARRIVED))
    )
    return next((each for each in session.scalars(arrived) if is_code_of(each.id, code, key=key)), None)


def _open(session: orm.Session, delivery: DrillDelivery, *, by: Actor, now: datetime) -> None:
    if delivery.state is State.OPENED:
        return
    delivery.state = step(MOVES, delivery.state, Move.OPEN)
    delivery.opened_at = now
    audit.record(session, "drill.opened", by=by, subject=delivery.id, now=now)


def fetched(
    session: orm.Session, body_id: uuid.UUID, artifact_ids: Collection[str], *, now: datetime
) -> None:
    """Note that a client of the body had these objects, where they are drills that it had not before."""
    first = (
        sa.select(DrillDelivery)
        .join(Turn, Turn.id == DrillDelivery.turn_id)
        .where(Turn.body_id == body_id, DrillDelivery.artifact_id.in_(artifact_ids))
        .where(DrillDelivery.state == State.DELIVERED)
    )
    for delivery in session.scalars(first):
        delivery.state = step(MOVES, delivery.state, Move.FETCH)
        delivery.fetched_at = now


def answer(session: orm.Session, tracking_id: str, *, body_id: uuid.UUID, by: Actor, now: datetime) -> None:
    """Record that a body has answered a drill; the first answer counts.

    Raises:
        NotAllowedError: no receipt code of it has come back yet.
        NotFoundError: the body takes no part in it.

    """
    turn = queries.part(session, tracking_id, body_id).turn
    if turn.opened_at is None:
        raise NotAllowedError("Send the receipt code first; it shows that your body could open the drill")
    _answered(session, turn, by=by, now=now)


def _answered(session: orm.Session, turn: Turn, *, by: Actor, now: datetime) -> None:
    if turn.answered_at is None:
        turn.answered_at, turn.answered_by = now, by.account_id
        audit.record(session, "drill.answered", by=by, subject=turn.id, now=now)


def waive(session: orm.Session, body_id: uuid.UUID, reason: str, *, by: Actor, now: datetime) -> None:
    """Record that a body need pass no drill before its trial, and why.

    Raises:
        InputError: no reason is told.
        NotFoundError: there is no such body.

    """
    if not reason.strip():
        raise InputError({"reason": "Enter the reason; it is recorded"})
    if session.get(Body, body_id) is None:
        raise NotFoundError("no such body")
    session.add(Waiver(body_id=body_id, reason=reason.strip(), waived_at=now, waived_by=by.account_id))
    audit.record(session, "drill.waived", by=by, subject=body_id, now=now)
