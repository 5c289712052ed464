"""Which records are over, since when: of each kind what may be destroyed once its period has passed.

Nothing that is still at work is among them: a draft that somebody wrote on lately, a copy of a notice that is
in force, a document of an agreement that binds.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Advisory, Release, Revision
from feeds.advisories.states import RevisionState
from feeds.advisories.states import State as AdvisoryState
from feeds.delivery.models import Copy
from feeds.dissemination.models import MemberPackage
from hub.core.audit import Entry
from hub.core.clock import JST
from hub.core.shredding import Tombstone
from hub.retention.models import Kind
from hub.trail.models import Chain
from nda.agreements.models import Agreement
from sectors.applications.models import Application, Attachment
from sectors.applications.states import State as ApplicationState

CLOSED = (AdvisoryState.LIFTED, AdvisoryState.WITHDRAWN)
DECIDED_AGAINST = (ApplicationState.REFUSED, ApplicationState.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A record that is over: where it lies, and when its period began."""

    table_name: str
    row_id: uuid.UUID
    ended_at: datetime


def ended(
    session: orm.Session, kind: Kind, *, before: datetime, only: uuid.UUID | None = None
) -> Iterator[Ended]:
    """Give the records of a kind, or that one, that were over before this instant and are not destroyed."""
    yield from FINDERS[kind](session, before, only)


def _drafts(session: orm.Session, before: datetime, only: uuid.UUID | None) -> Iterator[Ended]:
    """Give drafts that were never released, since somebody last did anything about their advisory."""
    acted = (
        sa.select(sa.func.max(Entry.at))
        .where(Entry.subject_id == Revision.advisory_id)
        .correlate(Revision)
        .scalar_subquery()
    )
    since = sa.func.coalesce(acted, Revision.created_at, type_=Revision.created_at.type)
    states = (RevisionState.DRAFT, RevisionState.DROPPED)
    asked = sa.select(Revision.id, since).where(
        Revision.state.in_(states), Revision.created_at < before, since < before
    )
    yield from _found(session, "revision", asked, only)


def _copies(session: orm.Session, before: datetime, only: uuid.UUID | None) -> Iterator[Ended]:
    """Give sealed copies and packages for members, since their notice was lifted or withdrawn."""
    last = (
        sa.select(sa.func.max(Release.released_at))
        .where(Release.advisory_id == Advisory.id)
        .correlate(Advisory)
        .scalar_subquery()
    )
    asked = (
        sa.select(Copy.id, last)
        .join(Release, Release.id == Copy.release_id)
        .join(Advisory, Advisory.id == Release.advisory_id)
        .where(Advisory.state.in_(CLOSED), Copy.artifact_id.is_not(None), last < before)
    )
    yield from _found(session, "copy", asked, only)
    passed_on = (
        sa.select(MemberPackage.id, last)
        .join(Release, Release.id == MemberPackage.release_id)
        .join(Advisory, Advisory.id == Release.advisory_id)
        .where(Advisory.state.in_(CLOSED), MemberPackage.document.is_not(None), last < before)
    )
    yield from _found(session, "member_package", passed_on, only)


def _attachments(session: orm.Session, before: datetime, only: uuid.UUID | None) -> Iterator[Ended]:
    """Give documents of applications and agreements: replaced, of a failed one, or of an ended one."""
    over = _agreement_ended()
    failed = sa.case((Application.state.in_(DECIDED_AGAINST), Application.decided_at))
    since = sa.func.coalesce(Attachment.replaced_at, failed, over, type_=Attachment.filed_at.type)
    asked = sa.select(Attachment.id, since).join(Application, Application.id == Attachment.application_id)
    yield from _found(session, "application_attachment", asked.where(since < before), only)
    end = sa.func.coalesce(Agreement.terminated_at, Agreement.ends_at, type_=Attachment.filed_at.type)
    signed = sa.select(Agreement.id, end).where(Agreement.document.is_not(None), end < before)
    yield from _found(session, "agreement", signed, only)


def _agreement_ended() -> sa.ScalarSelect[Any]:
    """Return when the last agreement of an application's organisation ended."""
    end = sa.func.coalesce(Agreement.terminated_at, Agreement.ends_at)
    return (
        sa.select(sa.func.max(end))
        .where(Agreement.organisation_id == Application.organisation_id, Agreement.concluded_at.is_not(None))
        .correlate(Application)
        .scalar_subquery()
    )


def _log(session: orm.Session, before: datetime, only: uuid.UUID | None) -> Iterator[Ended]:
    """Give the begin of each chain of the log, by whole months of Japan."""
    month = before.astimezone(JST).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    oldest = (
        sa.select(sa.func.min(Entry.at))
        .where(Entry.chain_id == Chain.id, Entry.place == Chain.cut + 1)
        .correlate(Chain)
        .scalar_subquery()
    )
    asked = sa.select(Chain.id).where(oldest < month)
    for chain_id in session.scalars(asked if only is None else asked.where(Chain.id == only)):
        yield Ended(table_name=Entry.__tablename__, row_id=chain_id, ended_at=month)


def _found(
    session: orm.Session,
    table_name: str,
    asked: sa.Select[uuid.UUID, datetime],
    only: uuid.UUID | None,
) -> Iterator[Ended]:
    key = next(iter(asked.selected_columns))
    stones = sa.select(Tombstone.id).where(Tombstone.table_name == table_name, Tombstone.row_id == key)
    wanted = asked.where(~stones.exists())
    for row_id, since in session.execute(wanted if only is None else wanted.where(key == only)):
        yield Ended(table_name=table_name, row_id=row_id, ended_at=since)


FINDERS: dict[Kind, Callable[[orm.Session, datetime, uuid.UUID | None], Iterator[Ended]]] = {
    Kind.DRAFTS: _drafts,
    Kind.COPIES: _copies,
    Kind.ATTACHMENTS: _attachments,
    Kind.LOG: _log,
}
