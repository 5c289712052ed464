"""Drills that were held before a test begins."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import orm

from feeds.drills.models import Drill, DrillDelivery, Turn
from feeds.drills.states import State
from feeds.formats.tracking import new_tracking_id
from sectors.bodies.models import Body


def pass_drill(session: orm.Session, body: Body, *, at: datetime) -> None:
    """Record that the body passed a drill."""
    bits = uuid.uuid4().int % (1 << 20)
    drill = Drill(
        id=uuid.uuid4(),
        tracking_id=new_tracking_id(at.year, bits),
        text_version="1",
        started_at=at - timedelta(hours=1),
        deadline=at + timedelta(hours=1),
    )
    session.add(drill)
    session.flush()  # the rows below refer to it
    turn = Turn(id=uuid.uuid4(), drill_id=drill.id, body_id=body.id, answered_at=at)
    session.add(turn)
    session.flush()
    session.add(
        DrillDelivery(
            turn_id=turn.id, state=State.OPENED, promised_at=drill.started_at, delivered_at=at, opened_at=at
        )
    )
    session.flush()
