"""Advisories whose matters turn out to be one: what may still be written, whom it must reach, what it tells.

Notices of both stay readable. New ones go on under the matter that the other was merged into; what was
released under the other can still be lifted or withdrawn, since its own recipients hold it.
"""

import uuid
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import hour, queries
from feeds.advisories.draft import Draft
from feeds.advisories.models import Advisory, Release, Revision
from feeds.advisories.states import RevisionState, State
from feeds.formats.content import OUR_SYSTEM, Alias, Kind
from feeds.matters import merging
from feeds.matters.models import Matter
from hub.core.audit import Actor
from hub.core.errors import ConflictError, InputError
from hub.core.vault import Vault
from sectors.bodies import queries as bodies

ENDING = frozenset({Kind.LIFTED, Kind.WITHDRAWN})
GOES_ON = frozenset({State.DRAFT, State.IN_APPROVAL, State.RELEASED})
CLOSED = "This matter is the same as another one; write under that one's tracking ID"


def merge(
    session: orm.Session,
    advisory_id: uuid.UUID,
    into_id: uuid.UUID,
    *,
    reason: str,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Say that an advisory's matter is the same as another advisory's, under which notices go on.

    Raises:
        ConflictError: either is merged already, or this one waits for approval.
        InputError: there is no reason, or no further notice of the other matter can come.

    """
    first, second = sorted((advisory_id, into_id))
    queries.advisory(session, first, lock=True)
    queries.advisory(session, second, lock=True)
    closing, into = queries.advisory(session, advisory_id), queries.advisory(session, into_id)
    if into.state not in GOES_ON:
        raise InputError({"into": "No further notice can come under this tracking ID; choose another"})
    if queries.latest_revision(session, advisory_id).state is RevisionState.IN_APPROVAL:
        raise ConflictError("A revision of this advisory waits for approval; send it back first")
    merging.merge(session, closing.matter_id, into.matter_id, reason=reason, vault=vault, by=by, now=now)
    for each in (closing, into):
        hour.promise_look(session, each, now=now)


def undo(
    session: orm.Session, advisory_id: uuid.UUID, merger_id: uuid.UUID, *, by: Actor, now: datetime
) -> None:
    """Take a merger back, while nothing of either advisory has been released since.

    Raises:
        ConflictError: something has been released since.
        NotFoundError: the advisory's matter has no such merger.

    """
    advisory = queries.advisory(session, advisory_id, lock=True)
    merger = merging.undo(session, merger_id, advisory.matter_id, by=by, now=now)
    since = (
        sa.select(Release.id)
        .join(Advisory, Advisory.id == Release.advisory_id)
        .where(
            Advisory.matter_id.in_((merger.matter_id, merger.into_id)),
            Release.released_at >= merger.merged_at,
        )
    )
    if session.scalar(since.limit(1)) is not None:
        raise ConflictError("Recipients have been told of it; it cannot be taken back")


def refuse_merged(session: orm.Session, advisory: Advisory) -> None:
    """Refuse to open a notice under a matter whose notices go on under another one.

    Raises:
        ConflictError: they do.

    """
    if merging.goes_on_under(session, advisory.matter_id) is not None:
        raise ConflictError(CLOSED)


def refuse_closed(session: orm.Session, advisory: Advisory, revision: Revision) -> None:
    """Refuse a revision of such a matter, but a lifting or a withdrawal of what was released before.

    Raises:
        ConflictError: it is another revision.

    """
    if revision.kind not in ENDING:
        refuse_merged(session, advisory)


def widened(session: orm.Session, advisory: Advisory, draft: Draft) -> Draft:
    """Return the next draft so that it reaches those who hold notices of a merged matter, in time."""
    told = frozenset[uuid.UUID]()
    for matter in merging.partners(session, advisory.matter_id):
        told |= queries.bodies_told(session, queries.by_tracking_id(session, matter.tracking_id).id)
    serving = frozenset(code for body in bodies.bodies(session, told) for code in body.sector_codes)
    wide = replace(draft, bodies=draft.bodies | told, sectors=draft.sectors | serving)
    counts = merging.counting_date(session, advisory.matter)
    if counts is None or draft.publication_at is None or counts >= draft.publication_at:
        return wide
    return replace(wide, publication_at=counts, moved_reason=merging.SAME_MATTER)


def late(session: orm.Session, advisory: Advisory, draft: Draft) -> dict[str, str]:
    """Return the problem of a draft whose date is later than a merged matter's, if it is."""
    others = map(merging.own_date, merging.untold_partners(session, advisory.matter_id))
    dates = [each for each in others if each is not None]
    if draft.publication_at is None or not dates or draft.publication_at <= min(dates):
        return {}
    return {"publication_at": "The merged matter's publication date is earlier; the earlier one counts"}


def known_as(session: orm.Session, matter: Matter) -> tuple[Alias, ...]:
    """Return the other tracking IDs of a matter that recipients know; of a mere draft they are not told."""
    partners = [each.id for each in merging.partners(session, matter.id)]
    released = (
        sa.select(Matter.tracking_id)
        .where(Matter.id.in_(partners))
        .join(Advisory, Advisory.matter_id == Matter.id)
        .where(sa.select(Release.id).where(Release.advisory_id == Advisory.id).exists())
        .order_by(Matter.tracking_id)
    )
    return tuple(Alias(issuer=OUR_SYSTEM, number=each) for each in session.scalars(released))
