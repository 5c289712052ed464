"""What is announced, held and was destroyed, as people see it."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Advisory, Release, Revision
from feeds.delivery.models import Copy
from feeds.dissemination.models import MemberPackage
from feeds.matters.models import Matter
from hub.accounts.models import Account, Organisation
from hub.core.errors import NotFoundError
from hub.core.paging import Paged, turned
from hub.retention.models import Destruction, Kind
from hub.retention.states import OPEN, State
from hub.trail.links import COMMON
from nda.agreements.models import Agreement
from sectors.applications.models import Application, Attachment
from sectors.bodies.models import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One announced destruction, with who holds it; `about` names it, empty for what is of no body."""

    row: Destruction
    held_by: str | None
    about: str


def listed(session: orm.Session, *, page: int, named: frozenset[Kind]) -> Paged[Line]:
    """Return a page: what is still to come first, the nearest first; records of kinds in `named` by name."""
    order = sa.case((Destruction.state.in_(OPEN), 0), else_=1)
    asked = (
        sa.select(Destruction, Account.name)
        .join(Account, Account.id == Destruction.held_by, isouter=True)
        .order_by(
            order, sa.case((order == 0, Destruction.due_at)), Destruction.done_at.desc(), Destruction.id
        )
    )
    return turned(session, asked, page=page, read=lambda rows: _lines(session, rows, named=named))


def one(session: orm.Session, destruction_id: uuid.UUID, *, named: frozenset[Kind]) -> Line:
    """Return one announced destruction.

    Raises:
        NotFoundError: there is none of this id.

    """
    row = session.get(Destruction, destruction_id)
    if row is None:
        raise NotFoundError("no such destruction")
    holder = session.get(Account, row.held_by) if row.held_by else None
    [line] = _lines(session, [(row, holder.name if holder else None)], named=named)
    return line


def coming(session: orm.Session) -> int:
    """Count what will be destroyed and is not held."""
    waiting = sa.select(sa.func.count(Destruction.id)).where(Destruction.state == State.COMING)
    return session.scalar(waiting) or 0


def _lines(session: orm.Session, rows: Iterable[Any], *, named: frozenset[Kind]) -> list[Line]:
    found = [(row, holder) for row, holder in rows]
    about = _about(session, [row for row, _ in found if row.kind in named])
    return [Line(row=row, held_by=holder, about=about.get(row.row_id, _id(row))) for row, holder in found]


def _id(row: Destruction) -> str:
    return "" if row.row_id == COMMON else str(row.row_id)


def _about(session: orm.Session, rows: Iterable[Destruction]) -> Mapping[uuid.UUID, str]:
    """Name these records: by tracking ID and body, by organisation and file; six statements."""
    ids = [row.row_id for row in rows]
    if not ids:
        return {}
    named = (_drafts(), _of_bodies(Copy), _of_bodies(MemberPackage), *_of_organisations())
    return {
        row_id: f"{one} / {other}" if other else one
        for asked, key in named
        for row_id, one, other in session.execute(asked.where(key.in_(ids)))
    }


Named = tuple[sa.Select[uuid.UUID, str, str], orm.InstrumentedAttribute[uuid.UUID]]  # id, two words


def _drafts() -> Named:
    asked = (
        sa.select(Revision.id, Matter.tracking_id, sa.cast(Revision.number, sa.String))
        .join(Advisory, Advisory.id == Revision.advisory_id)
        .join(Matter, Matter.id == Advisory.matter_id)
    )
    return asked, Revision.id


def _of_bodies(kind: type[Copy | MemberPackage]) -> Named:
    asked = (
        sa.select(kind.id, Matter.tracking_id, Body.name_ja)
        .join(Release, Release.id == kind.release_id)
        .join(Advisory, Advisory.id == Release.advisory_id)
        .join(Matter, Matter.id == Advisory.matter_id)
        .join(Body, Body.id == kind.body_id)
    )
    return asked, kind.id


def _of_organisations() -> Iterable[Named]:
    files = (
        sa.select(Attachment.id, Organisation.name, Attachment.file_name)
        .join(Application, Application.id == Attachment.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
    )
    agreements = sa.select(Agreement.id, Organisation.name, sa.literal("NDA")).join(
        Organisation, Organisation.id == Agreement.organisation_id
    )
    chains = sa.select(Organisation.id, Organisation.name, sa.literal(""))
    return (files, Attachment.id), (agreements, Agreement.id), (chains, Organisation.id)
