"""Heartbeats: signed and sealed like a copy, to bodies in good standing alone; only the newest is kept."""

from datetime import timedelta

import orjson
import sqlalchemy as sa

from feeds.delivery import heartbeats, resuming
from feeds.formats.envelope import Heartbeat, Opened, read_envelope
from hub.core.outbox import Job
from keys import queries as keys
from sectors.bodies import queries as bodies
from sectors.bodies.states import State
from tests.conftest import HandedIn
from tests.support.delivery import World


def beat(world: World) -> None:
    heartbeats.seal_heartbeat(world.hub, {"body_id": str(world.power.id)}, world.hub.clock())


def opened(world: World) -> list[Opened]:
    return [read_envelope(world.seat.opened(world.seat.power, each)) for each in world.stored()]


def due(world: World, kind: str) -> list[Job]:
    with world.hub.db.reading() as session:
        return list(session.scalars(sa.select(Job).where(Job.kind == kind).order_by(Job.due_at)))


def test_the_first_heartbeat_tells_of_an_empty_series(world: World) -> None:
    beat(world)
    [only] = opened(world)
    now = world.hub.clock()
    assert only == Opened(
        manifest=Heartbeat(
            to=world.seat.power.certificate.fingerprint,
            head_seq=0,
            head_sha256="",
            issued=now,
            valid_until=now + timedelta(hours=24),
        )
    )


def test_outside_its_seal_a_heartbeat_names_no_matter_and_no_number(world: World) -> None:
    beat(world)
    [document] = world.stored()
    [outside] = orjson.loads(document)["extensions"].values()
    assert outside == {
        "extension_type": "property-extension",
        "profile": "pi-envelope/1",
        "recipient": world.seat.power.certificate.fingerprint,
        "kind": "heartbeat",
        "tlp": "AMBER",
    }


def test_a_heartbeat_names_the_newest_copy_and_takes_the_place_of_the_one_before(
    world: World, clock: HandedIn
) -> None:
    beat(world)
    world.release()
    world.seal()
    [newest] = [each for each in world.manifests() if each["kind"] != "heartbeat"]
    clock.now += timedelta(hours=6)
    beat(world)
    beat(world)  # a job may run twice
    copy, last = (each.manifest for each in opened(world))
    assert not isinstance(copy, Heartbeat)
    assert isinstance(last, Heartbeat)
    assert (last.head_seq, last.head_sha256) == (1, newest["sha256"])


def test_a_body_without_standing_gets_none(world: World) -> None:
    with world.hub.db.transaction() as session:
        bodies.body(session, world.power.id).state = State.SUSPENDED
    beat(world)
    assert world.stored() == []


def test_a_body_without_a_usable_certificate_gets_none(world: World) -> None:
    with world.hub.db.transaction() as session:
        [certificate] = keys.certificates_of(session, world.contact().id)
        certificate.not_after = world.hub.clock()
    beat(world)
    assert world.stored() == []


def test_a_round_promises_one_to_each_body_that_receives_and_the_next_round(world: World) -> None:
    beat(world)  # makes the series, as the begin of the trial does
    now = world.hub.clock()
    for _ in range(2):
        heartbeats.beat_all(world.hub, {}, now)
    assert {each.values["body_id"] for each in due(world, "heartbeat.seal")} == {str(world.power.id)}
    [following] = due(world, "heartbeat.round")
    assert following.due_at == now + timedelta(hours=6)


def test_a_certificate_that_becomes_usable_brings_a_heartbeat_at_once(world: World) -> None:
    resuming.resume(world.hub, {"owner_id": str(world.contact().id)}, world.hub.clock())
    assert [each.values["body_id"] for each in due(world, "heartbeat.seal")] == [str(world.power.id)]
