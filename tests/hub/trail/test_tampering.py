"""Whoever writes into the database past the hub is found out, and told which row it was."""

import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.db import Base
from hub.trail import links
from hub.trail.findings import Kind, Seen
from hub.trail.rows import digest_of
from tests.support.trail import Trail

TABLES = Base.metadata.tables
LOG, CHAIN = TABLES["audit_entry"], TABLES["audit_chain"]
ANCHOR, ANCHORED = TABLES["audit_anchor"], TABLES["audit_anchored_head"]
SIGNED = TABLES["audit_signed_head"]
Row = sa.Row[*tuple[Any, ...]]
EXAMPLES = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
OTHER: dict[str, Callable[[Row], object]] = {
    "at": lambda row: row.at + timedelta(microseconds=1),
    "action": lambda row: row.action + "x",
    "account_id": lambda row: None if row.account_id else uuid.uuid4(),
    "organisation_id": lambda _: uuid.uuid4(),
    "address": lambda row: None if row.address else "192.0.2.66",
    "subject_id": lambda _: uuid.uuid4(),
    "concerns_id": lambda _: uuid.uuid4(),
    "details": lambda row: {**row.details, "number": "77"},
    "nonce": lambda _: secrets.token_bytes(16),
    "stamp": lambda _: None,
    "previous": lambda _: secrets.token_bytes(32),
    "hash": lambda _: secrets.token_bytes(32),
}


@contextmanager
def past_the_hub(trail: Trail) -> Iterator[sa.Connection]:
    """Give the database to somebody who has its password; all is undone afterwards."""
    connection = trail.hub.db.bind
    assert isinstance(connection, sa.Connection)
    undo = connection.begin_nested()
    try:
        yield connection
    finally:
        undo.rollback()


def rows(connection: sa.Connection) -> Sequence[Row]:
    return connection.execute(sa.select(LOG).order_by(LOG.c.number)).all()


def put(connection: sa.Connection, number: int, **values: object) -> None:
    connection.execute(sa.update(LOG).where(LOG.c.number == number).values(values))


def rehash(connection: sa.Connection, chain_id: uuid.UUID) -> None:
    """Make the hashes of a chain fit again, as somebody can who has no key; places close up."""
    found = connection.execute(sa.select(LOG).where(LOG.c.chain_id == chain_id).order_by(LOG.c.place)).all()
    connection.execute(sa.update(LOG).where(LOG.c.chain_id == chain_id).values(place=LOG.c.place + 1000))
    last = links.start(chain_id)
    for place, row in enumerate(found, 1):
        made = links.link(chain_id, place, last, digest_of(row))
        put(connection, row.number, place=place, previous=last, hash=made)
        last = made
    head = sa.update(CHAIN).where(CHAIN.c.id == chain_id)
    connection.execute(head.values(length=len(found), head=last))


def test_an_untouched_log_is_found_whole(trail: Trail) -> None:
    seen = Seen()
    assert trail.findings(seen=seen) == []
    assert (seen.chains, seen.anchors, seen.signed) == (3, 3, 1)
    assert seen.rows >= 12
    assert seen.pending == 0


@EXAMPLES
@given(data=st.data())
def test_a_changed_row_is_found_and_named(trail: Trail, data: st.DataObject) -> None:
    with past_the_hub(trail) as connection:
        row = data.draw(st.sampled_from(rows(connection)), label="row")
        column = data.draw(st.sampled_from(sorted(OTHER)), label="column")
        put(connection, row.number, **{column: OTHER[column](row)})
        found = trail.findings()
        assert row.number in {each.number for each in found}
        if column not in {"previous", "hash"}:
            assert {each.number for each in found} - {None} == {row.number}


@EXAMPLES
@given(data=st.data())
def test_a_changed_row_is_named_even_when_all_hashes_are_made_to_fit(
    trail: Trail, data: st.DataObject
) -> None:
    with past_the_hub(trail) as connection:
        row = data.draw(st.sampled_from(rows(connection)), label="row")
        put(connection, row.number, address="203.0.113.9")
        rehash(connection, row.chain_id)
        assert (Kind.INSERTED, row.number) in {(each.kind, each.number) for each in trail.findings()}


@EXAMPLES
@given(data=st.data())
def test_a_removed_row_is_found_and_its_place_named(trail: Trail, data: st.DataObject) -> None:
    with past_the_hub(trail) as connection:
        row = data.draw(st.sampled_from(rows(connection)), label="row")
        connection.execute(sa.delete(LOG).where(LOG.c.number == row.number))
        first = trail.findings()[0]
        assert (first.kind, first.chain_id, first.place) == (Kind.REMOVED, row.chain_id, row.place)
        rehash(connection, row.chain_id)
        assert row.chain_id in {each.chain_id for each in trail.findings()}


@EXAMPLES
@given(data=st.data())
def test_an_inserted_row_is_found_and_named(trail: Trail, data: st.DataObject) -> None:
    with past_the_hub(trail) as connection:
        model = data.draw(st.sampled_from(rows(connection)), label="like")
        chained = data.draw(st.booleans(), label="chained")
        values = {**model._mapping, "nonce": secrets.token_bytes(16), "stamp": secrets.token_bytes(32)}
        del values["number"]
        values["place"] = 500 if chained else None
        number = connection.scalar(sa.insert(LOG).values(values).returning(LOG.c.number))
        if chained:
            rehash(connection, model.chain_id)
        assert (Kind.INSERTED, number) in {(each.kind, each.number) for each in trail.findings()}


@EXAMPLES
@given(data=st.data())
def test_reordered_rows_are_found_and_named(trail: Trail, data: st.DataObject) -> None:
    with past_the_hub(trail) as connection:
        own = [row for row in rows(connection) if row.chain_id == trail.power]
        one, two = data.draw(st.permutations(own), label="rows")[:2]
        put(connection, one.number, place=1000)
        put(connection, two.number, place=one.place)
        put(connection, one.number, place=two.place)
        found = {each.number for each in trail.findings() if each.kind is Kind.REORDERED}
        assert found == {one.number, two.number}
        rehash(connection, trail.power)
        assert trail.power in {each.chain_id for each in trail.findings()}


@pytest.mark.endurance
@settings(EXAMPLES, max_examples=60)
@given(data=st.data(), number=st.integers(0, 4))
def test_many_touches_are_all_found(trail: Trail, data: st.DataObject, number: int) -> None:
    touches: list[Any] = [
        test_a_changed_row_is_found_and_named,
        test_a_changed_row_is_named_even_when_all_hashes_are_made_to_fit,
        test_a_removed_row_is_found_and_its_place_named,
        test_an_inserted_row_is_found_and_named,
        test_reordered_rows_are_found_and_named,
    ]
    touches[number].hypothesis.inner_test(trail, data)


@pytest.mark.parametrize("table", [ANCHOR, ANCHORED, CHAIN, SIGNED], ids=str)
def test_chains_anchors_and_signed_heads_cannot_be_removed(trail: Trail, table: sa.Table) -> None:
    with past_the_hub(trail) as connection:
        if table is ANCHOR:
            connection.execute(sa.delete(ANCHORED))
        connection.execute(sa.delete(table))
        assert trail.findings()


def test_a_forged_row_gets_no_place_and_administrators_are_told(trail: Trail) -> None:
    with past_the_hub(trail) as connection:
        model = rows(connection)[0]
        values = {**model._mapping, "nonce": secrets.token_bytes(16), "place": None, "chain_id": None}
        del values["number"]
        number = connection.scalar(sa.insert(LOG).values(values).returning(LOG.c.number))
        trail.act(trail.power)
        trail.chain()
        assert [each.number for each in trail.findings()] == [number]
        assert [row.number for row in rows(connection) if row.place is None] == [number]


def test_a_tail_that_was_cut_off_shows_against_what_a_witness_has(trail: Trail) -> None:
    with past_the_hub(trail) as connection:
        before = connection.execute(sa.select(CHAIN)).all()
        last = connection.scalar(sa.select(sa.func.max(ANCHOR.c.place)))
        kept = [row.number for row in rows(connection)]
        trail.hub.clock.now += timedelta(days=1)  # type: ignore[attr-defined]  # the tests' clock
        trail.act(trail.power, 2)
        head = trail.sign()
        trail.chain()
        witnessed = {head.day: trail.check(head.signed)}
        assert trail.findings(witnessed) == []
        connection.execute(sa.delete(LOG).where(LOG.c.number.not_in(kept)))
        connection.execute(sa.delete(ANCHORED).where(ANCHORED.c.anchor_place > last))
        connection.execute(sa.delete(ANCHOR).where(ANCHOR.c.place > last))
        connection.execute(sa.delete(SIGNED).where(SIGNED.c.day == head.day))
        assert trail.findings(), "the heads of the chains still stand where they stood"
        for row in before:  # put back as they stood, stamps and all
            connection.execute(sa.update(CHAIN).where(CHAIN.c.id == row.id).values(row._mapping))
        assert trail.findings() == []
        [found] = trail.findings(witnessed)
        assert (found.kind, found.day) == (Kind.SIGNATURE, head.day)
