"""When the hour of publication has come: coordinators are told to confirm what was in fact published.

Nothing is lifted by the clock. A job looks at the hour itself; it reads the clock anew, so that one that
was promised for a date which has moved since does nothing.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import queries
from feeds.advisories.models import Advisory, Revision
from feeds.advisories.states import OPEN, State
from feeds.advisories.telling import tell
from feeds.formats.content import Kind
from feeds.matters import merging
from feeds.matters import service as matters
from feeds.matters.models import MatterMerger, PublicationClock
from hub.accounts.models import Role
from hub.core import outbox
from hub.core.audit import THE_HUB, Actor
from hub.core.instance import Instance

LOOK = "publication.hour"
PAGE = "/advisories/published"


def promise_look(session: orm.Session, advisory: Advisory, *, now: datetime) -> None:
    """Promise to look at the advisory at the hour of its publication, as it is known now."""
    at = merging.counting_date(session, advisory.matter)
    if at is not None:
        key = f"{LOOK}/{advisory.id}/{at.timestamp():.0f}"
        outbox.promise(session, LOOK, now=now, due_at=max(at, now), key=key, advisory_id=advisory.id)


def look(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Tell coordinators that an advisory's publication hour has come, if it has; the job `LOOK`."""
    with hub.db.transaction() as session:
        advisory = queries.advisory(session, uuid.UUID(values["advisory_id"]))
        if not _has_come(session, advisory, now=now):
            return
        at = merging.counting_date(session, advisory.matter)
        occasion = f"{advisory.id}/{at.timestamp():.0f}" if at else str(advisory.id)
        tell(session, "publication-hour", {Role.COORDINATOR: PAGE}, occasion=occasion, by=THE_HUB, now=now)


def published(session: orm.Session, *, now: datetime) -> list[Advisory]:
    """Return the advisories whose publication hour has come and whose lifting nobody has proposed yet."""
    clock = sa.select(PublicationClock.matter_id).where(
        sa.or_(PublicationClock.publication_at <= now, PublicationClock.public_since <= now)
    )
    merged = sa.select(MatterMerger.matter_id).union(sa.select(MatterMerger.into_id))
    perhaps = (
        sa.select(Advisory)
        .where(
            Advisory.state == State.RELEASED,
            sa.or_(Advisory.matter_id.in_(clock), Advisory.matter_id.in_(merged)),
        )
        .order_by(Advisory.created_at)
    )
    return [each for each in session.scalars(perhaps) if _has_come(session, each, now=now)]


def _has_come(session: orm.Session, advisory: Advisory, *, now: datetime) -> bool:
    at = merging.counting_date(session, advisory.matter)
    if advisory.state is not State.RELEASED or at is None or at > now:
        return False
    proposed = sa.select(Revision.id).where(
        Revision.advisory_id == advisory.id, Revision.kind == Kind.LIFTED, Revision.state.in_(OPEN)
    )
    return session.scalar(proposed.limit(1)) is None


def note_early(
    session: orm.Session, advisory_id: uuid.UUID, public_since: datetime, *, by: Actor, now: datetime
) -> None:
    """Record that the matter became public before its date; the lifting is proposed next.

    Raises:
        IllegalMoveError: recipients have not been told a date, or the publication has ended.
        InputError: the instant is still to come, or not before the date that was told.

    """
    advisory = queries.advisory(session, advisory_id, lock=True)
    matters.note_public(session, advisory.matter_id, public_since, by=by, now=now)
    promise_look(session, advisory, now=now)
    for matter in merging.partners(session, advisory.matter_id):
        promise_look(session, queries.by_tracking_id(session, matter.tracking_id), now=now)
