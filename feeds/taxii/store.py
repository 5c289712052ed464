"""The object store: add in commit order, page along that order, hide, and remove.

With a vault, the bytes of a collection's objects lie sealed, each bound to its place; what the store sorts
and filters by (id, type, versions) stays in clear.
"""

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
from hub.core.errors import NotFoundError
from hub.core.vault import Place, SealBrokenError, Vault

FIRST = -(2**63)  # before any date_added
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One version of an object on a page; `document` is empty on a manifest."""

    stix_id: str
    version: str
    date_added: datetime
    document: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Objects in the order in which they were added, and whether others follow."""

    items: tuple[Item, ...]
    more: bool

    @property
    def last(self) -> int:
        """Where the page ends, in microseconds since 1970; a page that others follow is not empty."""
        return instants.to_micros(self.items[-1].date_added)


def create(session: orm.Session, *, title: str, description: str | None = None) -> Collection:
    """Add an empty collection."""
    new = Collection(title=title, description=description)
    session.add(new)
    session.flush()  # gives the id that its first objects need
    return new


def collection(session: orm.Session, collection_id: uuid.UUID, *, lock: bool = False) -> Collection:
    """Return a collection; with `lock`, nobody else writes there until the transaction ends.

    Raises:
        NotFoundError: there is no such collection.

    """
    found = session.get(Collection, collection_id, with_for_update=lock)
    if found is None:
        raise NotFoundError("no such collection")
    return found


def collections(session: orm.Session, ids: Iterable[uuid.UUID]) -> list[Collection]:
    """Return these collections in the order of their ids."""
    known = sa.select(Collection).where(Collection.id.in_(ids)).order_by(Collection.id)
    return list(session.scalars(known))


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


def page(session: orm.Session, collection_id: uuid.UUID, query: Query) -> Page:
    """Return one page of objects."""
    return _walk(session, collection_id, query, documents=True)


def manifest(session: orm.Session, collection_id: uuid.UUID, query: Query) -> Page:
    """Return one page without the objects themselves."""
    return _walk(session, collection_id, query, documents=False)


def opened(page: Page, collection_id: uuid.UUID, *, vault: Vault) -> Page:
    """Return the page with its objects in clear; one that does not open is left out and logged."""
    items = []
    for item in page.items:
        try:
            place = _place(collection_id, instants.to_micros(item.date_added))
            items.append(replace(item, document=vault.open(item.document, place=place)))
        except SealBrokenError:
            log.error("a stored object does not open", extra={"collection": collection_id})  # noqa: TRY400 - no trace needed
    return replace(page, items=tuple(items))


def holds(session: orm.Session, collection_id: uuid.UUID, stix_id: str) -> bool:
    """Tell whether any version of the object is shown."""
    shown = sa.select(StoredObject.date_added).where(
        *_of(collection_id, stix_id), sa.not_(StoredObject.hidden)
    )
    return session.execute(shown.limit(1)).first() is not None


def delete(session: orm.Session, collection_id: uuid.UUID, stix_id: str, match: Match) -> int:
    """Hide the versions of an object that match, and return how many; their rows stay.

    Raises:
        NotFoundError: no version matches, or there is no such collection.

    """
    collection(session, collection_id, lock=True)
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


def _walk(session: orm.Session, collection_id: uuid.UUID, query: Query, *, documents: bool) -> Page:
    statement = _page_statement(query.match.form, documents=documents)
    values = {
        "collection": collection_id,
        "after": FIRST if query.after is None else query.after,
        "count": query.limit + 1,
        **query.match.values,
    }
    found = session.connection().execute(statement, values).all()
    items = tuple(
        Item(stix_id=stix_id, version=version, date_added=instants.from_micros(added), document=bytes(held))
        for stix_id, version, added, held in found[: query.limit]
    )
    return Page(items=items, more=len(found) > query.limit)


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
