"""What the auditor and a body's contacts see of the log: newest first, narrowed down."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts.models import Account, Organisation
from hub.core.audit import Entry
from hub.core.clock import JST
from hub.core.paging import Paged, turned
from hub.trail.models import SignedHead
from sectors.bodies.models import Body

PAGE = 100  # rows of the auditor's page
AT_ONCE = 500  # rows in memory
LARGEST = 2**63 - 1
LATEST = date(9998, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the auditor looks for; an empty value narrows nothing down. Days are Japan's, both included."""

    who: str = ""
    action: str = ""
    subject: uuid.UUID | None = None
    body: uuid.UUID | None = None  # its organisation
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the log with the names of who acted."""

    entry: Entry
    email: str | None
    organisation: str | None


def page(session: orm.Session, filters: Filters, *, before: int | None) -> list[Line]:
    """Return PAGE rows, the newest first, or those before this number."""
    asked = _asked(filters)
    if before is not None and 0 < before <= LARGEST:
        asked = asked.where(Entry.number < before)
    return [_line(row) for row in session.execute(asked.limit(PAGE))]


def every(session: orm.Session, filters: Filters) -> Iterator[Line]:
    """Give every row that fits, the newest first; some at a time are in memory."""
    for row in session.execute(_asked(filters), execution_options={"yield_per": AT_ONCE}):
        session.expunge(row.Entry)
        yield _line(row)


def _line(row: "sa.Row[*tuple[Any, ...]]") -> Line:
    return Line(entry=row.Entry, email=row.email, organisation=row.name)


def _asked(filters: Filters) -> sa.Select[Entry, str, str]:
    asked = (
        sa.select(Entry, Account.email, Organisation.name)
        .join(Account, Account.id == Entry.account_id, isouter=True)
        .join(Organisation, Organisation.id == Entry.organisation_id, isouter=True)
        .order_by(Entry.number.desc())
    )
    if filters.who:
        asked = asked.where(Account.email.startswith(filters.who.lower(), autoescape=True))
    if filters.action:
        asked = asked.where(Entry.action.startswith(filters.action, autoescape=True))
    if filters.subject:
        asked = asked.where(Entry.subject_id == filters.subject)
    if filters.body:
        asked = asked.where(sa.or_(Entry.organisation_id == filters.body, Entry.concerns_id == filters.body))
    if filters.since:
        asked = asked.where(Entry.at >= _midnight(filters.since))
    if filters.until:
        asked = asked.where(Entry.at < _midnight(min(filters.until, LATEST) + timedelta(days=1)))
    return asked


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=JST)


def bodies(session: orm.Session) -> Sequence["sa.Row[uuid.UUID, str, str]"]:
    """Return organisation, Japanese and English name of every body."""
    return session.execute(
        sa.select(Body.organisation_id, Body.name_ja, Body.name_en).order_by(Body.name_ja)
    ).all()


def own(session: orm.Session, organisation_id: uuid.UUID, *, number: int) -> Paged[Line]:
    """Return a page of a body's own chain, the newest first."""
    asked = (
        sa.select(Entry, Account.email, sa.literal(None).label("name"))
        .join(Account, Account.id == Entry.account_id, isouter=True)
        .where(Entry.chain_id == organisation_id)
        .order_by(Entry.place.desc())
    )
    return turned(session, asked, page=number, read=lambda rows: map(_line, rows))


def newest_head(session: orm.Session) -> SignedHead | None:
    """Return the newest signed head."""
    return session.scalar(sa.select(SignedHead).order_by(SignedHead.day.desc()).limit(1))
