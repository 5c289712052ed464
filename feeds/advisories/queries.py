"""Look-ups of advisories, their revisions, consultations and releases."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Advisory, Consultation, Release, ReleaseBody, Revision
from feeds.advisories.states import Party, RevisionState, State
from feeds.matters.models import Matter
from hub.core.errors import NotFoundError


def advisory(session: orm.Session, advisory_id: uuid.UUID, *, lock: bool = False) -> Advisory:
    """Return the advisory.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Advisory, advisory_id, with_for_update={"of": Advisory} if lock else None)
    if found is None:
        raise NotFoundError("no such advisory")
    return found


def by_tracking_id(session: orm.Session, tracking_id: str) -> Advisory:
    """Return the advisory of a tracking ID.

    Raises:
        NotFoundError: there is none.

    """
    found = session.scalar(
        sa.select(Advisory)
        .join(Matter, Matter.id == Advisory.matter_id)
        .where(Matter.tracking_id == tracking_id)
    )
    if found is None:
        raise NotFoundError("no such advisory")
    return found


def advisories(session: orm.Session) -> Sequence[Advisory]:
    """Return every advisory, the newest first."""
    return session.scalars(sa.select(Advisory).order_by(Advisory.created_at.desc())).all()


def waiting_for_ipa(session: orm.Session) -> Sequence[Advisory]:
    """Return the advisories about which IPA has not been consulted in its own account, the oldest first.

    IPA sees one from the moment when it is submitted.
    """
    consulted = sa.select(Consultation.advisory_id).where(Consultation.party == Party.IPA)
    submitted = sa.select(Revision.advisory_id).where(
        Revision.number == 1, Revision.state == RevisionState.IN_APPROVAL
    )
    return session.scalars(
        sa.select(Advisory)
        .where(Advisory.id.in_(submitted), Advisory.id.not_in(consulted))
        .order_by(Advisory.created_at)
    ).all()


def revisions(session: orm.Session, advisory_id: uuid.UUID) -> Sequence[Revision]:
    """Return the revisions of an advisory that were not dropped, the first first."""
    return session.scalars(
        sa.select(Revision)
        .where(Revision.advisory_id == advisory_id, Revision.state != RevisionState.DROPPED)
        .order_by(Revision.number)
    ).all()


def revision(session: orm.Session, advisory_id: uuid.UUID, number: int) -> Revision:
    """Return a revision by its number.

    Raises:
        NotFoundError: the advisory has none of this number.

    """
    found = [each for each in revisions(session, advisory_id) if each.number == number]
    if not found:
        raise NotFoundError("no such revision")
    return found[0]


def latest_revision(session: orm.Session, advisory_id: uuid.UUID) -> Revision:
    """Return the newest revision, written or released.

    Raises:
        NotFoundError: there is no such advisory.

    """
    found = revisions(session, advisory_id)
    if not found:
        raise NotFoundError("no such advisory")
    return found[-1]


def releases(session: orm.Session, advisory_id: uuid.UUID) -> Sequence[Release]:
    """Return what was released of an advisory, the first first."""
    return session.scalars(
        sa.select(Release).where(Release.advisory_id == advisory_id).order_by(Release.revision)
    ).all()


def release(session: orm.Session, release_id: uuid.UUID) -> Release:
    """Return the release.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Release, release_id)
    if found is None:
        raise NotFoundError("no such release")
    return found


def consultations(session: orm.Session, advisory_id: uuid.UUID) -> Sequence[Consultation]:
    """Return who was consulted, in the order in which it was recorded."""
    return session.scalars(
        sa.select(Consultation)
        .where(Consultation.advisory_id == advisory_id)
        .order_by(Consultation.recorded_at, Consultation.id)
    ).all()


def bodies_told(session: orm.Session, advisory_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the bodies to which any revision of an advisory was released."""
    return frozenset(
        session.scalars(
            sa.select(ReleaseBody.body_id)
            .join(Release, Release.id == ReleaseBody.release_id)
            .where(Release.advisory_id == advisory_id)
        )
    )


def latest_publication(session: orm.Session) -> datetime | None:
    """Return the latest publication date that recipients of an open advisory were told, or None."""
    told = sa.select(sa.func.max(Release.publication_at)).join(Advisory, Advisory.id == Release.advisory_id)
    return session.scalar(told.where(Advisory.state == State.RELEASED))
