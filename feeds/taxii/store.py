"""The object store: add in commit order, page along that order, hide, and remove.

With a vault, the bytes of a collection's objects lie sealed, each bound to its place; what the store sorts
and filters by (id, type, versions) stays in clear.
"""

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.taxii import form, instants
from feeds.taxii.filters import Form, Match
from feeds.taxii.models import OBJECTS, Collection, StoredObject
from feeds.taxii.paging import Query
from hub.core.clock import rfc3339
from hub.core.db import Rows
from hub.core.errors import NotFoundError
from hub.core.vault import Place, SealBrokenError, Vault

FIRST = -(2**63)  # before any date_added
PART = 100  # rows that are in memory at once
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A collection as readers see it."""

    id: uuid.UUID
    title: str
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One version of an object on a page."""

    stix_id: str
    version: str
    date_added: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Objects in the order in which they were added, and whether others follow.

    `last` is where the page ends, in microseconds since 1970. `documents` holds the objects as JSON with
    commas between, in some pieces, since a page may have megabytes; none where they were not asked for.
    """

    items: tuple[Item, ...]
    more: bool
    last: int
    documents: tuple[bytes, ...]


def create(session: orm.Session, *, title: str, description: str | None = None) -> Collection:
    """Add an empty collection."""
    new = Collection(title=title, description=description)
    session.add(new)
    session.flush()  # gives the id that its first objects need
    return new


def collection(rows: Rows, collection_id: uuid.UUID) -> Shown:
    """Return a collection.

    Raises:
        NotFoundError: there is no such collection.

    """
    for found in collections(rows, [collection_id]):
        return found
    raise NotFoundError("no such collection")


def collections(rows: Rows, ids: Iterable[uuid.UUID]) -> list[Shown]:
    """Return these collections in the order of their ids."""
    known = sa.select(Collection.id, Collection.title, Collection.description)
    found = rows.execute(known.where(Collection.id.in_(ids)).order_by(Collection.id))
    return [Shown(id=each.id, title=each.title, description=each.description) for each in found]


def add(
    session: orm.Session,
    collection_id: uuid.UUID,
    objects: Sequence[bytes],
    *,
    now: datetime,
    vault: Vault | None = None,
) -> list[datetime]:
    """Store serialised STIX 2.1 objects and return the date_added of each.

    Instants are unique in the collection and rise in commit order: the first statement locks the
    collection's row until the transaction ends. A version that is there already keeps its instant and
    its bytes; so does an object without a version of its own (an artifact) if its bytes are the newest.

    Raises:
        MalformedObjectError: one of them has not the form of STIX 2.1; nothing was stored.
        NotFoundError: there is no such collection.

    """
    read = [(form.facts_of(document), document) for document in objects]
    first = _reserve(session, collection_id, len(read), now=now)
    put = partial(_put, session, collection_id, vault=vault)
    return [
        instants.from_micros(put(facts, document, date_added=first + offset))
        for offset, (facts, document) in enumerate(read)
    ]


def page(
    rows: Rows, collection_id: uuid.UUID, query: Query, *, documents: bool = True, vault: Vault | None = None
) -> Page:
    """Return one page; without `documents`, what a manifest tells of its objects.

    One that does not open with the vault is left out and logged.
    """
    found = rows.execute(
        _page_statement(query.match.form, documents=documents), _values(collection_id, query)
    )
    items, written, count, last = list[Item](), list[bytes](), 0, FIRST
    while part := found.fetchmany(PART):
        piece = [b""] if any(written) else []  # a comma stands between two pieces, too
        for stix_id, version, last, held in part[: query.limit - count]:
            document = _opened(held, collection_id, last, vault=vault) if documents and vault else held
            if document is None:
                continue
            items.append(Item(stix_id=stix_id, version=version, date_added=instants.from_micros(last)))
            piece += [document] if documents else []
        written.append(b",".join(piece))
        count += len(part)
    return Page(
        items=tuple(items), more=count > query.limit, last=last, documents=tuple(filter(None, written))
    )


def _values(collection_id: uuid.UUID, query: Query) -> dict[str, object]:
    return {
        "collection": collection_id,
        "after": FIRST if query.after is None else query.after,
        "count": query.limit + 1,
        **query.match.values,
    }


def _opened(held: bytes, collection_id: uuid.UUID, added: int, *, vault: Vault) -> bytes | None:
    try:
        return vault.open(held, place=_place(collection_id, added))
    except SealBrokenError:
        log.error("a stored object does not open", extra={"collection": collection_id})  # noqa: TRY400 - no trace needed
        return None


def holds(rows: Rows, collection_id: uuid.UUID, stix_id: str) -> bool:
    """Tell whether any version of the object is shown."""
    shown = sa.select(StoredObject.date_added).where(
        *_of(collection_id, stix_id), sa.not_(StoredObject.hidden)
    )
    return rows.execute(shown.limit(1)).first() is not None


def delete(session: orm.Session, collection_id: uuid.UUID, stix_id: str, match: Match) -> int:
    """Hide the versions of an object that match, and return how many; their rows stay.

    Raises:
        NotFoundError: no version matches.

    """
    session.get(Collection, collection_id, with_for_update=True)  # nobody else writes there until the end
    one = match.of(stix_id)
    matching = (OBJECTS.c.collection_id == collection_id, *one.form.conditions())
    hide = sa.update(OBJECTS).where(*matching).values(hidden=True, latest=False, earliest=False)
    hidden = len(session.execute(hide.returning(OBJECTS.c.date_added), one.values).all())
    if not hidden:
        raise NotFoundError("no such object")
    _flag(session, collection_id, stix_id)
    return hidden


def remove(session: orm.Session, collection_id: uuid.UUID, stix_id: str) -> None:
    """Remove an object with all its versions; nothing of it is kept, not even hidden."""
    session.execute(sa.delete(StoredObject).where(*_of(collection_id, stix_id)))


def _reserve(session: orm.Session, collection_id: uuid.UUID, count: int, *, now: datetime) -> int:
    """Lock the collection and return the first of `count` instants that are its alone."""
    last, present = Collection.last_added, instants.to_micros(now)
    first = sa.case((last < present, present), else_=last + 1)
    moved = sa.update(Collection).where(Collection.id == collection_id)
    newest: int | None = session.scalar(
        moved.values(last_added=first + (count - 1)).returning(Collection.last_added),
        execution_options={"synchronize_session": False},
    )
    if newest is None:
        raise NotFoundError("no such collection")
    return newest - count + 1


def _put(
    session: orm.Session,
    collection_id: uuid.UUID,
    facts: form.Facts,
    document: bytes,
    *,
    date_added: int,
    vault: Vault | None,
) -> int:
    """Store one object unless it is there; return its date_added."""
    there = _there(session, collection_id, facts, document, vault=vault)
    if there is not None:
        return there
    version = facts.version or rfc3339(instants.from_micros(date_added))
    row = {
        "collection_id": collection_id,
        "date_added": date_added,
        "stix_id": facts.stix_id,
        "type": facts.type,
        "spec_version": facts.spec_version,
        "version": version,
        "version_at": instants.parse(version),
        "document": vault.seal(document, place=_place(collection_id, date_added)) if vault else document,
    }
    session.execute(sa.insert(StoredObject).values(row))
    _flag(session, collection_id, facts.stix_id)
    return date_added


def _there(
    session: orm.Session, collection_id: uuid.UUID, facts: form.Facts, document: bytes, *, vault: Vault | None
) -> int | None:
    own = (*_of(collection_id, facts.stix_id), sa.not_(StoredObject.hidden))
    if facts.version is not None:
        same = StoredObject.version_at == instants.parse(facts.version)
        return session.scalar(sa.select(StoredObject.date_added).where(*own, same))
    newest = sa.select(StoredObject.date_added, StoredObject.document).where(*own, StoredObject.latest)
    found = session.execute(newest).one_or_none()
    if found is None:
        return None
    held = (
        vault.open(found.document, place=_place(collection_id, found.date_added)) if vault else found.document
    )
    return int(found.date_added) if held == document else None


def _place(collection_id: uuid.UUID, date_added: int) -> Place:
    return Place(table="taxii_object", row=f"{collection_id}/{date_added}", column="document")


def _flag(session: orm.Session, collection_id: uuid.UUID, stix_id: str) -> None:
    """Mark the newest and the oldest version that are shown; the collection is locked by now."""
    shown = (*_of(collection_id, stix_id), sa.not_(StoredObject.hidden))
    at = StoredObject.version_at
    oldest, newest = session.execute(sa.select(sa.func.min(at), sa.func.max(at)).where(*shown)).one()
    stale = sa.or_(StoredObject.latest, StoredObject.earliest, at.in_([oldest, newest]))
    session.execute(
        sa.update(StoredObject).where(*shown, stale).values(latest=at == newest, earliest=at == oldest),
        execution_options={"synchronize_session": False},
    )


def _of(collection_id: uuid.UUID, stix_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return StoredObject.collection_id == collection_id, StoredObject.stix_id == stix_id


@cache
def _page_statement(match: Form, *, documents: bool) -> sa.Select[Any]:
    """Return the one statement of a page; it is made once for each form, since making one is dear."""
    document = OBJECTS.c.document if documents else sa.literal(b"", sa.LargeBinary)
    return (
        sa.select(OBJECTS.c.stix_id, OBJECTS.c.version, OBJECTS.c.date_added, document.label("document"))
        .where(
            OBJECTS.c.collection_id == sa.bindparam("collection"),
            OBJECTS.c.date_added > sa.bindparam("after"),
            *match.conditions(),
        )
        .order_by(OBJECTS.c.date_added)
        .limit(sa.bindparam("count"))
    )
