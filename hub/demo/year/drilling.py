"""Drills: one before any trial, opened with gpg; one in the year that some miss; one that is under way."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.delivery import receipts
from feeds.drills import service
from feeds.drills.models import Drill, DrillDelivery, Turn
from feeds.drills.states import ARRIVED
from feeds.formats.receipt_code import code_for
from hub.demo.drilling import CODE
from hub.demo.errors import DemoError
from hub.demo.year.joined import Joined
from hub.demo.year.scene import Scene
from sectors.bodies import queries as bodies
from sectors.bodies.states import RECEIVING

FIRST_HOURS, HOURS = 24, 72
NO_DRILL = "同じ窓口で前年度に同じ手順の訓練を実施済みであり、その記録を確認したため。"
TAKING_PART = 0.85


def before_the_trial(scene: Scene, everybody: Sequence[Joined]) -> None:
    """Hold the drill that a trial asks for; the last body need not take part, for a reason."""
    *practising, excused = everybody
    drill_id = start(scene, practising, hours=FIRST_HOURS)
    with scene.hub.db.transaction() as session:
        service.waive(session, excused.id, NO_DRILL, by=scene.writer.actor, now=scene.now)
        tracking_id = session.get_one(Drill, drill_id).tracking_id
    scene.work.all()
    for each in practising:
        scene.in_a_while()
        found = CODE.search(scene.letterbox(each.who.email).drill(tracking_id))
        if found is None:
            raise DemoError("the mail of a drill holds no receipt code")
        _pass(scene, each, drill_id, found[0])


def start(scene: Scene, taking_part: Sequence[Joined], *, hours: int) -> UUID:
    """Begin a drill; return its id."""
    by = scene.writer.actor
    with scene.hub.db.transaction() as session:
        ids = [each.id for each in taking_part]
        return service.start(session, ids, hours=hours, by=by, now=scene.now).id


def hold(scene: Scene, everybody: Sequence[Joined]) -> None:
    """Hold one with all that receive; most open and answer it in time, some hear of it too late or never."""
    with scene.hub.db.reading() as session:
        present = [each for each in everybody if bodies.body(session, each.id).state in RECEIVING]
    drill_id = start(scene, present, hours=HOURS)
    scene.work.all()
    for each in present:
        if scene.rng.random() < TAKING_PART:
            after = timedelta(hours=scene.rng.uniform(0.5, HOURS - 1))
            scene.calendar.at(scene.now + after, partial(_answer, scene, each, drill_id))


def _answer(scene: Scene, body: Joined, drill_id: UUID) -> None:
    with scene.hub.db.reading() as session:
        delivery = _arrived(session, body.id, drill_id)
    if delivery is not None:
        _pass(scene, body, drill_id, code_for(delivery, key=scene.hub.token_key))


def _arrived(session: orm.Session, body_id: UUID, drill_id: UUID) -> UUID | None:
    found = (
        sa.select(DrillDelivery.id)
        .join(Turn, Turn.id == DrillDelivery.turn_id)
        .where(Turn.body_id == body_id, Turn.drill_id == drill_id, DrillDelivery.state.in_(ARRIVED))
    )
    return session.scalars(found.order_by(DrillDelivery.contact_id)).first()


def _pass(scene: Scene, body: Joined, drill_id: UUID, code: str) -> None:
    key, by = scene.hub.token_key, body.actor
    with scene.hub.db.transaction() as session:
        receipts.acknowledge(session, code, body_id=body.id, key=key, by=by, now=scene.now)
        tracking_id = session.get_one(Drill, drill_id).tracking_id
        service.answer(session, tracking_id, body_id=body.id, by=by, now=scene.now)
