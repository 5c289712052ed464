"""Finding advisories: by number, by words, by state, kind and date.

No index of what an advisory says lies anywhere: what could narrow a search down in the database stands
there in clear (state, kind, date), the rest is opened and looked through, the newest MOST at the most.
The digests of aliases are no short cut: each is keyed with its own matter's secret, so that equal numbers
of two matters cannot be told from the database, and every secret would have to be opened for one look-up.
"""

import re
import unicodedata
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import at_rest
from feeds.advisories.models import Advisory, Revision
from feeds.advisories.states import RevisionState, State
from feeds.formats.content import Content, Kind, Text
from feeds.matters import at_rest as matters_at_rest
from feeds.matters.models import MatterAlias
from hub.core.clock import JST
from hub.core.paging import Paged, cut, turned
from hub.core.vault import ShreddedError, Vault

DESTROYED = Text(ja="（保存期間満了により破棄済み）", en="(destroyed: its period is over)")
MOST = 1000  # opened for one search

_NO_SIGN_OF_A_NUMBER = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; empty narrows nothing down. `since` and `until` are days in Japan, both included.

    `state` is the word of whoever searches: an advisory's for staff, a notice's at the body for a contact.
    """

    number: str = ""
    words: str = ""
    state: str = ""
    kind: Kind | None = None
    since: date | None = None
    until: date | None = None

    @property
    def needs_opening(self) -> bool:
        """Tell whether what lies sealed must be opened to answer."""
        return bool(self.number.strip() or self.words.strip())

    @property
    def begin(self) -> datetime | None:
        """Return the first instant of the days."""
        return _midnight(self.since) if self.since else None

    @property
    def end(self) -> datetime | None:
        """Return the first instant after the days."""
        return _midnight(self.until + timedelta(days=1)) if self.until else None

    def fits_numbers(self, numbers: Iterable[str]) -> bool:
        """Tell whether one of these is the number, however its signs and spaces are written."""
        return not self.number.strip() or _number(self.number) in {_number(each) for each in numbers}

    def fits_words(self, content: Content) -> bool:
        """Tell whether title, summary, vendors and products hold every word; sectors' texts never count."""
        wanted = _folded(self.words).split()
        if not wanted:
            return True
        texts = [content.title.ja, content.title.en, content.summary.ja, content.summary.en]
        texts += [f"{each.vendor} {each.name}" for each in content.products]
        told = _folded("\n".join(texts))
        return all(word in told for word in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One advisory in a list, with its newest revision."""

    advisory: Advisory
    title: Text
    revision: Revision


def rows_of(session: orm.Session, advisories: Iterable[Advisory], *, vault: Vault) -> tuple[Row, ...]:
    """Return these advisories for a list, in their order; each title is opened as it is read."""
    listed = list(advisories)
    newest = dict(session.execute(_narrowed(Wanted(), [each.id for each in listed])).all())
    return tuple(_row(each, newest[each], vault=vault) for each in listed)


def numbers_of(content: Content) -> tuple[str, ...]:
    """Return the CVEs that a content names."""
    return tuple(each.cve for each in content.vulnerabilities if each.cve)


def find(
    session: orm.Session,
    wanted: Wanted,
    *,
    page: int,
    vault: Vault,
    only: Collection[uuid.UUID] | None = None,
) -> Paged[Row]:
    """Return a page of the advisories that fit, the newest first; `only` are those that the asker may see."""
    fitting = _narrowed(wanted, only)
    if wanted.needs_opening:
        return _looked_through(session, fitting, wanted, page=page, vault=vault)
    return turned(
        session,
        fitting,
        page=page,
        read=lambda rows: [_row(advisory, revision, vault=vault) for advisory, revision in rows],
    )


def _narrowed(wanted: Wanted, only: Collection[uuid.UUID] | None) -> sa.Select[Advisory, Revision]:
    newest = (
        sa.select(Revision.advisory_id, sa.func.max(Revision.number).label("number"))
        .where(Revision.state != RevisionState.DROPPED)
        .group_by(Revision.advisory_id)
        .subquery()
    )
    here = sa.and_(Revision.advisory_id == newest.c.advisory_id, Revision.number == newest.c.number)
    rows: sa.Select[Advisory, Revision] = (
        sa.select(Advisory, Revision)
        .join(newest, newest.c.advisory_id == Advisory.id)
        .join(Revision, sa.and_(here, Revision.state != RevisionState.DROPPED))
        .options(*(orm.lazyload(each) for each in (Revision.editors, Revision.sectors, Revision.bodies)))
        .order_by(Advisory.created_at.desc(), Advisory.id)
    )
    if only is not None:
        rows = rows.where(Advisory.id.in_(only))
    if wanted.state in set(State):
        rows = rows.where(Advisory.state == State(wanted.state))
    if wanted.kind is not None:
        rows = rows.where(Revision.kind == wanted.kind)
    if wanted.begin is not None:
        rows = rows.where(Advisory.created_at >= wanted.begin)
    if wanted.end is not None:
        rows = rows.where(Advisory.created_at < wanted.end)
    return rows


def _looked_through(
    session: orm.Session, fitting: sa.Select[Advisory, Revision], wanted: Wanted, *, page: int, vault: Vault
) -> Paged[Row]:
    rows = session.execute(fitting.limit(MOST + 1)).all()
    numbers = (
        _aliases(session, [each.matter_id for each, _ in rows[:MOST]], vault=vault) if wanted.number else {}
    )
    hits = []
    for advisory, revision in rows[:MOST]:
        try:
            content = at_rest.content_of(revision, vault=vault)
        except ShreddedError:  # nothing is left to look through
            continue
        known = (advisory.matter.tracking_id, *numbers.get(advisory.matter_id, ()), *numbers_of(content))
        if wanted.fits_numbers(known) and wanted.fits_words(content):
            hits.append(Row(advisory=advisory, revision=revision, title=content.title))
    return cut(hits, page=page, more=len(rows) > MOST)


def _aliases(
    session: orm.Session, matter_ids: Sequence[uuid.UUID], *, vault: Vault
) -> dict[uuid.UUID, list[str]]:
    """Return every number that these matters have, or had: a person may search for an earlier one."""
    found: dict[uuid.UUID, list[str]] = {}
    for row in session.scalars(sa.select(MatterAlias).where(MatterAlias.matter_id.in_(matter_ids))):
        found.setdefault(row.matter_id, []).append(matters_at_rest.alias_of(row, vault=vault).number)
    return found


def _row(advisory: Advisory, revision: Revision, *, vault: Vault) -> Row:
    try:
        title = at_rest.content_of(revision, vault=vault).title
    except ShreddedError:
        title = DESTROYED
    return Row(advisory=advisory, revision=revision, title=title)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _number(text: str) -> str:
    return _NO_SIGN_OF_A_NUMBER.sub("", _folded(text))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=JST).astimezone(UTC)
