"""Two matters that turn out to be one: merged with a reason, taken back while nobody has been told.

Neither row loses anything: each keeps its tracking ID, its numbers and its clock. What follows for the
two together - which notices may still be written, which date counts - is computed from the merger.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.formats.clock import ClockStatus
from feeds.matters import at_rest, queries, service
from feeds.matters.models import Matter, MatterMerger, PublicationClock
from hub.core import audit
from hub.core.audit import Actor
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, InputError, NotFoundError
from hub.core.vault import Vault

MERGED = "This matter has been merged with another one already"
SAME_MATTER = "他の案件と同一であることが分かったため / It is the same matter as another one"


def mergers(session: orm.Session, matter_id: uuid.UUID) -> Sequence[MatterMerger]:
    """Return the mergers of a matter that hold, in either direction, the first first."""
    either = sa.or_(MatterMerger.matter_id == matter_id, MatterMerger.into_id == matter_id)
    return session.scalars(
        sa.select(MatterMerger)
        .where(either, MatterMerger.undone_at.is_(None))
        .order_by(MatterMerger.merged_at, MatterMerger.id)
    ).all()


def partner_of(session: orm.Session, merger: MatterMerger, matter_id: uuid.UUID) -> Matter:
    """Return the other matter of a merger."""
    other = merger.into_id if merger.matter_id == matter_id else merger.matter_id
    return queries.matter(session, other)


def partners(session: orm.Session, matter_id: uuid.UUID) -> list[Matter]:
    """Return the matters that are the same as this one."""
    return [partner_of(session, each, matter_id) for each in mergers(session, matter_id)]


def untold_partners(session: orm.Session, matter_id: uuid.UUID) -> list[Matter]:
    """Return the matters that are the same as this one, of which no release has told yet."""
    found = mergers(session, matter_id)
    return [partner_of(session, each, matter_id) for each in found if each.told_at is None]


def goes_on_under(session: orm.Session, matter_id: uuid.UUID) -> Matter | None:
    """Return the matter under which the notices of this one go on, or None if under its own ID."""
    into = [each.into_id for each in mergers(session, matter_id) if each.matter_id == matter_id]
    return queries.matter(session, into[0]) if into else None


def closed(session: orm.Session) -> frozenset[uuid.UUID]:
    """Return the matters whose notices go on under another one."""
    return frozenset(
        session.scalars(sa.select(MatterMerger.matter_id).where(MatterMerger.undone_at.is_(None)))
    )


def dates() -> sa.Subquery:
    """Select every date that counts for a matter: `matter_id`, `told_by` (itself or one that it is), `at`.

    `is_public` tells whether it has come out under that one. Once recipients have been told of a merger the
    date goes on with the matter that they were told of, unless the other one is public already.
    """
    at = sa.func.coalesce(PublicationClock.public_since, PublicationClock.publication_at)
    is_public = sa.or_(
        PublicationClock.status == ClockStatus.ENDED, PublicationClock.public_since.is_not(None)
    )
    counts = sa.or_(MatterMerger.told_at.is_(None), is_public)
    clock = PublicationClock.matter_id
    told = [PublicationClock.matter_id.label("told_by"), at.label("at"), is_public.label("is_public")]
    return sa.union_all(
        sa.select(clock.label("matter_id"), *told),
        sa.select(MatterMerger.matter_id, *told)
        .join(PublicationClock, clock == MatterMerger.into_id)
        .where(MatterMerger.undone_at.is_(None)),
        sa.select(MatterMerger.into_id, *told)
        .join(PublicationClock, clock == MatterMerger.matter_id)
        .where(MatterMerger.undone_at.is_(None), counts),
    ).subquery()


def earliest() -> sa.Subquery:
    """Select when each matter becomes public (`matter_id`, `at`), as all that is known of it says."""
    every = dates()
    return (
        sa.select(every.c.matter_id, sa.func.min(every.c.at).label("at"))
        .group_by(every.c.matter_id)
        .subquery()
    )


def counting_dates(
    session: orm.Session, matter_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, datetime | None]:
    """Return when these matters become public, in one statement: the earliest date of merged ones counts."""
    found = earliest()
    wanted = sa.select(found.c.matter_id, found.c.at).where(found.c.matter_id.in_(matter_ids))
    return dict(session.execute(wanted).all())


def counting_date(session: orm.Session, matter: Matter) -> datetime | None:
    """Return when the matter becomes public, or None while no date is known."""
    return counting_dates(session, [matter.id]).get(matter.id)


def own_date(matter: Matter) -> datetime | None:
    """Return when the matter becomes public, or became, by its own clock alone."""
    return matter.clock.public_since or matter.clock.publication_at


def merge(
    session: orm.Session,
    matter_id: uuid.UUID,
    into_id: uuid.UUID,
    *,
    reason: str,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> MatterMerger:
    """Note that a matter is the same as another one, under whose tracking ID notices go on.

    Raises:
        ConflictError: one of them is merged in a way that would make a chain.
        InputError: there is no reason, or it is the same matter twice.
        NotFoundError: there is no such matter.

    """
    if not reason.strip():
        raise InputError({"reason": "Enter why the two matters are the same"})
    if matter_id == into_id:
        raise InputError({"into": "Choose another matter"})
    for each in sorted((matter_id, into_id)):
        queries.matter(session, each, lock=True)
    if mergers(session, matter_id) or goes_on_under(session, into_id) is not None:
        raise ConflictError(MERGED)
    merger_id = uuid.uuid4()
    merger = MatterMerger(
        id=merger_id,
        matter_id=matter_id,
        into_id=into_id,
        reason=vault.seal(reason.strip().encode(), place=at_rest.merger_place(merger_id)),
        merged_at=now,
        merged_by=by.account_id,
    )
    _insert(session, merger)
    audit.record(session, "matter.merged", by=by, now=now, subject=matter_id, into=str(into_id))
    return merger


def _insert(session: orm.Session, merger: MatterMerger) -> None:
    try:
        with session.begin_nested():
            session.add(merger)
    except IntegrityError as error:
        if "matter_id" in constraint_of(error):
            raise ConflictError(MERGED) from error
        raise


def undo(
    session: orm.Session, merger_id: uuid.UUID, matter_id: uuid.UUID, *, by: Actor, now: datetime
) -> MatterMerger:
    """Take a merger of this matter back: the two are two again.

    Raises:
        ConflictError: recipients have been told of it.
        NotFoundError: the matter has no such merger.

    """
    for merger in mergers(session, matter_id):
        if merger.id == merger_id:
            break
    else:
        raise NotFoundError("no such merger")
    if merger.told_at is not None:
        raise ConflictError("Recipients have been told of it; it cannot be taken back")
    merger.undone_at, merger.undone_by = now, by.account_id
    audit.record(session, "matter.merger-undone", by=by, now=now, subject=merger.matter_id)
    return merger


def follow(session: orm.Session, matter: Matter, *, vault: Vault, by: Actor, now: datetime) -> None:
    """Let what was merged into this matter follow its date, now that recipients are told it."""
    told = matter.clock.publication_at
    for merger in mergers(session, matter.id):
        if merger.matter_id == matter.id:
            continue
        merger.told_at = merger.told_at or now
        other = queries.matter(session, merger.matter_id, lock=True)
        early = other.clock.public_since is not None
        if told is not None and not early and other.clock.publication_at != told:
            _move(session, other, told, vault=vault, by=by, now=now)


def _move(
    session: orm.Session, matter: Matter, to: datetime, *, vault: Vault, by: Actor, now: datetime
) -> None:
    if matter.clock.status is ClockStatus.PLANNED:
        service.plan_publication(session, matter.id, to, by=by, now=now)
    elif matter.clock.status is not ClockStatus.ENDED:
        service.move_publication(session, matter.id, to, reason=SAME_MATTER, vault=vault, by=by, now=now)
