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
    advisory_id = uuid.UUID(values["advisory_id"])
    with hub.db.transaction() as session:
        come = session.execute(_come(now).where(Advisory.id == advisory_id)).one_or_none()
        if come is not None:
            occasion = f"{advisory_id}/{come.at.timestamp():.0f}"
            tell(
                session, "publication-hour", {Role.COORDINATOR: PAGE}, occasion=occasion, by=THE_HUB, now=now
            )


def published(session: orm.Session, *, now: datetime) -> dict[Advisory, datetime]:
    """Return the advisories whose publication hour has come, and when, but those proposed for lifting."""
    return dict(session.execute(_come(now).order_by(Advisory.created_at)).all())


def count_published(session: orm.Session, *, now: datetime) -> int:
    """Count the advisories whose publication hour has come and whose lifting nobody has proposed yet."""
    come = _come(now).with_only_columns(Advisory.id).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(come)) or 0


def _come(now: datetime) -> sa.Select[Advisory, datetime]:
    counts = merging.earliest()
    proposed = sa.exists().where(
        Revision.advisory_id == Advisory.id, Revision.kind == Kind.LIFTED, Revision.state.in_(OPEN)
    )
    return (
        sa.select(Advisory, counts.c.at)
        .join(counts, counts.c.matter_id == Advisory.matter_id)
        .where(Advisory.state == State.RELEASED, counts.c.at <= now, ~proposed)
    )


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
