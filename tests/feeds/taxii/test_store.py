import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from feeds.taxii import store
from feeds.taxii.filters import Match, parse_match
from feeds.taxii.form import MalformedObjectError
from feeds.taxii.models import Collection, StoredObject
from feeds.taxii.paging import Query
from hub.core.db import Database, Rows
from hub.core.errors import NotFoundError
from tests.feeds.taxii.conftest import NOW, new_collection
from tests.feeds.taxii.objects import artifact, note, note_id, written

LATER = "2026-11-21T01:00:00.000Z"
LATEST = "2026-11-22T01:00:00.000Z"


def within(session: orm.Session) -> Rows:
    """Read in the transaction of a session."""
    return Rows(session.connection(), stamp_key=b"")


def ids(session: orm.Session, collection_id: uuid.UUID, version: str = "last") -> list[str]:
    query = Query(match=parse_match({"match[version]": [version]}), after=None, limit=100)
    return [item.stix_id for item in store.page(within(session), collection_id, query).items]


def shown(session: orm.Session, collection_id: uuid.UUID, version: str = "last") -> list[str]:
    query = Query(match=parse_match({"match[version]": [version]}), after=None, limit=100)
    return [item.version for item in store.page(within(session), collection_id, query, documents=False).items]


def test_instants_rise_by_a_microsecond_when_the_clock_stands_still_or_goes_back(db: Database) -> None:
    collection = new_collection(db)
    with db.transaction() as session:
        dates = store.add(session, collection, [written(note(n)) for n in range(3)], now=NOW)
        dates += store.add(session, collection, [written(note(3))], now=NOW - timedelta(hours=1))
        dates += store.add(session, collection, [written(note(4))], now=NOW + timedelta(hours=1))
    steps = [timedelta(microseconds=n) for n in range(4)]
    assert dates == [*(NOW + step for step in steps), NOW + timedelta(hours=1)]


def test_the_bytes_that_were_stored_come_back(db: Database) -> None:
    collection = new_collection(db)
    document = written(note(content="優先情報")) + b" "
    with db.transaction() as session:
        store.add(session, collection, [document], now=NOW)
        page = store.page(
            within(session), collection, Query(match=Match(words=("last",)), after=None, limit=1)
        )
    assert page.documents == (document,)
    assert not page.more


def test_the_newest_version_is_the_latest_in_whatever_order_they_come(db: Database) -> None:
    collection = new_collection(db)
    with db.transaction() as session:
        for modified in (LATER, LATEST, note()["modified"]):
            store.add(session, collection, [written(note(modified=modified))], now=NOW)
        assert shown(session, collection) == [LATEST]
        assert shown(session, collection, "first") == [note()["modified"]]
        assert shown(session, collection, "all") == [LATER, LATEST, note()["modified"]]
        assert shown(session, collection, "first,last") == [LATEST, note()["modified"]]
        assert shown(session, collection, "2026-11-21T01:00:00Z,last") == [LATER, LATEST]
        assert shown(session, collection, "2026-11-21T10:00:00.000000+09:00") == [LATER]


def test_a_version_that_is_there_keeps_its_instant(db: Database) -> None:
    collection = new_collection(db)
    with db.transaction() as session:
        first = store.add(session, collection, [written(note()), written(artifact(b"x"))], now=NOW)
        again = store.add(
            session, collection, [written(note(content="changed")), written(artifact(b"x"))], now=NOW
        )
        assert again == first
        assert len(ids(session, collection, "all")) == 2


def test_an_object_without_versions_is_as_new_as_its_date_added(db: Database) -> None:
    collection = new_collection(db)
    with db.transaction() as session:
        store.add(session, collection, [written(artifact(b"x"))], now=NOW)
        store.add(session, collection, [written(artifact(b"x") | {"mime_type": "text/plain"})], now=NOW)
        assert shown(session, collection) == ["2026-11-20T01:00:00.000001Z"]
        assert shown(session, collection, "all")[0] == "2026-11-20T01:00:00.000000Z"


def test_deleting_hides_what_matches_and_shows_the_version_before(db: Database) -> None:
    collection = new_collection(db)
    with db.transaction() as session:
        for modified in (note()["modified"], LATER, LATEST):
            store.add(session, collection, [written(note(modified=modified))], now=NOW)
        assert store.delete(session, collection, note_id(), Match(words=("last",))) == 1
        assert shown(session, collection) == [LATER]
        assert store.delete(session, collection, note_id(), Match(words=("all",))) == 2
        assert not store.holds(within(session), collection, note_id())
        with pytest.raises(NotFoundError):
            store.delete(session, collection, note_id(), Match(words=("all",)))
        assert session.scalar(sa.select(sa.func.count()).select_from(StoredObject)) == 3


def test_an_object_that_was_deleted_can_come_again(db: Database) -> None:
    collection = new_collection(db)
    with db.transaction() as session:
        store.add(session, collection, [written(note())], now=NOW)
        store.delete(session, collection, note_id(), Match(words=("all",)))
        store.add(session, collection, [written(note())], now=NOW)
        assert ids(session, collection) == [note_id()]


def test_one_malformed_object_stores_none(db: Database) -> None:
    collection = new_collection(db)
    with db.transaction() as session, pytest.raises(MalformedObjectError):
        store.add(session, collection, [written(note()), b"{}"], now=NOW)
    with db.reading() as session:
        assert ids(session, collection, "all") == []


def test_nothing_is_added_to_a_collection_that_is_not_there(db: Database) -> None:
    with db.transaction() as session, pytest.raises(NotFoundError):
        store.add(session, uuid.uuid4(), [written(note())], now=NOW)


def test_collections_do_not_see_each_other(db: Database) -> None:
    one, other = new_collection(db), new_collection(db)
    with db.transaction() as session:
        store.add(session, one, [written(note(1))], now=NOW)
        store.add(session, other, [written(note(1))], now=NOW)
        store.delete(session, one, note_id(1), Match(words=("all",)))
        assert ids(session, one) == []
        assert ids(session, other) == [note_id(1)]


@pytest.mark.parametrize("version", ["last", "all"])
def test_a_page_is_one_walk_along_an_index_from_the_position(db: Database, version: str) -> None:
    collection = new_collection(db)
    with db.transaction() as session:
        session.execute(sa.update(Collection).values(last_added=3000))
        rows = [
            {"collection_id": collection, "date_added": n, "stix_id": note_id(n // 2), "type": "note"}
            | {"spec_version": "2.1", "version": "", "version_at": n, "document": b"{}"}
            | {"latest": n % 2 == 1, "earliest": n % 2 == 0, "hidden": False}
            for n in range(3000)
        ]
        session.execute(sa.insert(StoredObject), rows)
        session.execute(sa.text("ANALYZE taxii_object"))
        match = parse_match({"match[version]": [version]})
        plan = _plan(session, collection, Query(match=match, after=1500, limit=10))
    assert "SCAN TAXII_OBJECT" not in plan, plan
    assert "SEQ SCAN" not in plan, plan
    assert "SORT" not in plan, plan
    assert "B-TREE" not in plan, plan


def _plan(session: orm.Session, collection: uuid.UUID, query: Query) -> str:
    """Return how the database goes about the very statement of a page."""
    statements: list[tuple[str, object]] = []
    connection = session.connection()

    def note_down(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        statements.append((statement, parameters))

    sa.event.listen(connection, "before_cursor_execute", note_down)
    store.page(within(session), collection, query)
    sa.event.remove(connection, "before_cursor_execute", note_down)
    [(statement, parameters)] = statements
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    rows = connection.exec_driver_sql(explain + statement, parameters).all()  # type: ignore[arg-type] # as the driver got them
    return "\n".join(str(row) for row in rows).upper()
