"""Look-ups of deliveries: what a body has received, and what stands where for the coordinators."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories.models import Advisory, Release, ReleaseBody
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.states import ARRIVED, State
from feeds.matters.models import Matter
from hub.core import stamps
from hub.core.errors import NotFoundError
from sectors.bodies.models import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A release that has arrived at a body."""

    release: Release
    tracking_id: str
    opened_at: datetime | None


def received(session: orm.Session, body: Body, *, now: datetime) -> list[Received]:
    """Return what has arrived at a body, the newest first; nothing while its standing is not good."""
    if not audience.standing(session, body, now=now).ok:
        return []
    rows = session.execute(
        sa.select(Release, Matter.tracking_id, Copy.opened_at, ReleaseBody)
        .join(Copy, Copy.release_id == Release.id)
        .join(Advisory, Advisory.id == Release.advisory_id)
        .join(Matter, Matter.id == Advisory.matter_id)
        .join(ReleaseBody, sa.and_(ReleaseBody.release_id == Release.id, ReleaseBody.body_id == Copy.body_id))
        .where(Copy.body_id == body.id, Copy.state.in_(ARRIVED))
        .order_by(Release.released_at.desc())
    )
    opened = _opened(session, body.id)
    return [
        Received(release=release, tracking_id=tracking_id, opened_at=at or opened.get(release.id))
        for release, tracking_id, at, addressed in rows
        if stamps.genuine(session, addressed)
    ]


def received_release(
    session: orm.Session, body: Body, tracking_id: str, revision: int | None, *, now: datetime
) -> Received:
    """Return a release that has arrived at the body: this revision, or the newest.

    Raises:
        NotFoundError: none has, or the body may not know of it now.

    """
    found = [each for each in received(session, body, now=now) if each.tracking_id == tracking_id]
    if revision is not None:
        found = [each for each in found if each.release.revision == revision]
    if not found:
        raise NotFoundError("no such notice")
    return max(found, key=lambda each: each.release.revision)


def held(session: orm.Session) -> int:
    """Count the deliveries that are held."""
    counts = [
        session.scalar(sa.select(sa.func.count()).where(kind.state == State.HELD)) for kind in (Copy, Mailing)
    ]
    return sum(count or 0 for count in counts)


def waiting_at_body(session: orm.Session, body: Body, *, now: datetime) -> int:
    """Count what has arrived at a body and was opened by nobody."""
    return sum(each.opened_at is None for each in received(session, body, now=now))


def _opened(session: orm.Session, body_id: uuid.UUID) -> dict[uuid.UUID, datetime]:
    rows = session.execute(
        sa.select(Mailing.release_id, Mailing.opened_at)
        .where(Mailing.body_id == body_id, Mailing.opened_at.is_not(None))
        .order_by(Mailing.opened_at.desc())
    )
    return {release_id: at for release_id, at in rows if at is not None}  # the earliest comes last and stays
