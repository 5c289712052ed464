"""Receipt codes: what only a reader of the decrypted notice can know."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from feeds.delivery import queries, receipts
from feeds.delivery.states import State
from hub.core.audit import Actor, Entry
from sectors.bodies.models import Body
from tests.support.advisories import NOW, Readiness
from tests.support.delivery import TOKEN_KEY, World

WHO = Actor(address="127.0.0.1")


def acknowledged(world: World, code: str, body: Body | None = None) -> bool:
    with world.hub.db.transaction() as session:
        return receipts.acknowledge(
            session, code, body_id=(body or world.power).id, key=TOKEN_KEY, by=WHO, now=NOW
        )


@pytest.mark.parametrize(
    "typed",
    [
        str,
        lambda code: f"  {code.replace('-', ' ').lower()}\n",
        lambda code: code.replace("-", "\u3000"),
    ],
)
def test_the_code_of_a_copy_opens_it_however_it_is_typed(world: World, typed: type[str]) -> None:
    release = world.release()
    world.seal()
    [manifest] = world.manifests()
    assert acknowledged(world, typed(manifest["receipt_code"]))
    copy = world.copy(release)
    assert (copy.state, copy.opened_at) == (State.OPENED, NOW)
    assert world.mailing(release).state is State.PROMISED
    with world.hub.db.reading() as session:
        [received] = queries.received(session, world.power, now=NOW)
        assert received.opened_at == NOW
        assert queries.waiting_at_body(session, world.power, now=NOW) == 0


def test_the_code_of_a_mail_opens_the_mail(world: World) -> None:
    release = world.release()
    world.work()
    assert acknowledged(world, receipts.code_for(world.mailing(release).id, key=TOKEN_KEY))
    assert world.mailing(release).state is State.OPENED
    assert world.copy(release).state is State.DELIVERED
    with world.hub.db.reading() as session:
        assert queries.waiting_at_body(session, world.power, now=NOW) == 0


def test_again_is_no_harm(world: World) -> None:
    release = world.release()
    world.seal()
    code = receipts.code_for(world.copy(release).id, key=TOKEN_KEY)
    assert acknowledged(world, code)
    assert acknowledged(world, code)
    with world.hub.db.reading() as session:
        entries = session.scalars(sa.select(Entry).where(Entry.action == "delivery.opened")).all()
    assert [each.subject_id for each in entries] == [world.copy(release).id]
    assert code not in str([each.details for each in entries])


def test_another_bodys_code_changes_nothing(world: World) -> None:
    gas = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    release = world.release(world.power, gas)
    world.seal()
    code = receipts.code_for(world.copy(release).id, key=TOKEN_KEY)
    assert not acknowledged(world, code, gas)
    assert world.copy(release).state is State.DELIVERED
    assert world.copy(release, gas).state is State.DELIVERED


def test_the_code_of_what_has_not_arrived_is_none(world: World) -> None:
    release = world.release()
    assert not acknowledged(world, receipts.code_for(world.copy(release).id, key=TOKEN_KEY))
    assert world.copy(release).state is State.PROMISED


def test_what_is_no_code_changes_nothing(world: World) -> None:
    release = world.release()
    world.seal()
    for typed in ("", "-", "AAAA-AAAA-AAAA-AAAA", "受領", "\x00", "A" * 10_000):
        assert not acknowledged(world, typed)
    assert world.copy(release).state is State.DELIVERED


@given(one=st.uuids(), other=st.uuids(), key=st.binary(min_size=32, max_size=32))
def test_codes_differ_by_delivery_and_by_key(one: UUID, other: UUID, key: bytes) -> None:
    if one != other:
        assert receipts.code_for(one, key=key) != receipts.code_for(other, key=key)
    assert receipts.code_for(one, key=key) != receipts.code_for(one, key=key + b"x")
    assert len(receipts.code_for(one, key=key)) == 19
