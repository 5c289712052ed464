"""What the hub knows already of a notice at a body, so that nobody has to type it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Release
from feeds.delivery.models import Copy, Mailing
from feeds.receipts.models import Answer
from feeds.receipts.states import Choice
from feeds.surveys import ready
from feeds.surveys.models import Survey, SurveyQuestion
from feeds.surveys.queries import Asked, members_reached
from hub.core.clock import JST


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the hub knows of a notice at a body already."""

    opened_at: datetime | None = None
    choice: Choice | None = None
    answered_at: datetime | None = None
    reached: int = 0


def known(session: orm.Session, asked: Survey) -> Known:
    """Return what the hub knows of the notice at the body: opened when, answered what, how many reached."""
    if asked.advisory_id is None:
        return Known()
    releases = sa.select(Release.id).where(Release.advisory_id == asked.advisory_id)
    opened = [
        session.scalar(
            sa.select(sa.func.min(kind.opened_at)).where(
                kind.body_id == asked.body_id, kind.release_id.in_(releases)
            )
        )
        for kind in (Copy, Mailing)
    ]
    said = session.scalar(
        sa.select(Answer)
        .where(Answer.body_id == asked.body_id, Answer.release_id.in_(releases))
        .order_by(Answer.answered_at.desc())
        .limit(1)
    )
    whole = Asked(advisory_id=asked.advisory_id, body_id=asked.body_id)
    return Known(
        opened_at=min((each for each in opened if each is not None), default=None),
        choice=said.choice if said else None,
        answered_at=said.answered_at if said else None,
        reached=members_reached(session, asked=whole),
    )


def filled_in(questions: Sequence[SurveyQuestion], known: Known) -> dict[uuid.UUID, date | int]:
    """Return the answers that the hub can fill in, by question."""
    told: dict[str, date | int] = {}
    if known.opened_at is not None:
        told[ready.OPENED_ON] = known.opened_at.astimezone(JST).date()
    if known.reached:
        told[ready.MEMBERS_REACHED] = known.reached
    return {each.id: told[each.topic] for each in questions if each.topic in told}
