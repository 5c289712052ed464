"""Sealed copies: one for each addressed body, opened by its contact alone, counted and chained."""

import re

import orjson
import pytest

from feeds.advisories import at_rest
from feeds.delivery import copies, receipts
from feeds.delivery.states import State
from feeds.formats.envelope import read_envelope
from feeds.taxii.form import ID
from keys.sealing import NotForMeError
from tests.support.advisories import CANARY, VAULT, Readiness
from tests.support.delivery import TOKEN_KEY, World, id_values


def test_a_release_becomes_one_artifact_that_the_contact_opens(world: World) -> None:
    release = world.release()
    copy = world.copy(release)
    assert copy.state is State.PROMISED
    copies.seal_copy(world.hub, id_values(copy), world.hub.clock())
    [document] = world.stored()
    plain = world.seat.opened(world.seat.power, document)
    assert len(plain) % 4096 == 0
    manifest = orjson.loads(plain)["manifest"]
    assert manifest["to"] == world.seat.power.certificate.fingerprint
    assert (manifest["v"], manifest["seq"], manifest["prev_sha256"]) == (1, 1, "")
    assert (manifest["kind"], manifest["revision"]) == ("new", 1)
    assert manifest["tracking_id"] == world.tracking_id(release)
    assert manifest["receipt_code"] == receipts.code_for(copy.id, key=TOKEN_KEY)
    assert re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", manifest["receipt_code"])
    assert at_rest.bundle_of(release, vault=VAULT) in plain
    after = world.copy(release)
    assert (after.state, after.seq, after.fingerprint) == (State.DELIVERED, 1, manifest["to"])


def test_what_stands_outside_the_seal_is_what_the_wire_allows(world: World) -> None:
    release = world.release()
    world.seal()
    [document] = world.stored()
    artifact = orjson.loads(document)
    assert ID.fullmatch(artifact["id"])
    assert artifact["type"] == "artifact"
    assert "decryption_key" not in artifact
    [outside] = artifact["extensions"].values()
    assert outside == {
        "extension_type": "property-extension",
        "profile": "pi-envelope/1",
        "recipient": world.seat.power.certificate.fingerprint,
        "tracking_id": world.tracking_id(release),
        "revision": 1,
        "kind": "new",
        "tlp": "AMBER",
        "seq": 1,
    }


def test_the_second_copy_counts_on_and_names_the_hash_of_the_first(world: World) -> None:
    first = world.release()
    world.seal()
    world.revise(first)
    world.release()
    world.seal()
    one, two, three = world.manifests()
    assert [each["seq"] for each in (one, two, three)] == [1, 2, 3]
    assert [each["prev_sha256"] for each in (one, two, three)] == ["", one["sha256"], two["sha256"]]
    assert len({each["receipt_code"] for each in (one, two, three)}) == 3


def test_a_body_gets_the_texts_of_its_own_sectors_only(world: World) -> None:
    gas = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    world.release(world.power, gas)
    world.seal()
    [for_power] = [world.seat.opened(world.seat.power, each) for each in world.stored()]
    [for_gas] = [world.seat.opened(world.seat.gas, each) for each in world.stored(gas)]
    assert "変電所" in for_power.decode()
    assert "導管" not in for_power.decode()
    assert "導管" in for_gas.decode()
    assert "変電所" not in for_gas.decode()
    assert [len(orjson.loads(each)["notes"]) for each in (for_power, for_gas)] == [1, 1]
    assert orjson.loads(for_power)["bundle"] == orjson.loads(for_gas)["bundle"]


def test_another_body_cannot_open_a_copy(world: World) -> None:
    world.release()
    world.seal()
    [document] = world.stored()
    with pytest.raises(NotForMeError):
        world.seat.opened(world.seat.gas, document)


def test_a_body_that_is_not_addressed_gets_no_row_and_no_object(world: World) -> None:
    gas = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    world.release()
    world.seal()
    assert len(world.stored()) == 1
    assert world.stored(gas) == []
    assert world.copies(gas) == []
    assert world.mails(gas) == []


def test_a_job_that_runs_twice_stores_one_copy(world: World) -> None:
    release = world.release()
    for _ in range(3):
        copies.seal_copy(world.hub, id_values(world.copy(release)), world.hub.clock())
    world.promise(release)
    world.work()
    assert [each["seq"] for each in world.manifests()] == [1]
    assert len(world.copies()) == 1


def test_the_planted_word_is_in_no_stored_object(world: World) -> None:
    world.release()
    world.seal()
    [document] = world.stored()
    for word in (CANARY, "認証回避", "Authentication bypass", "CVE-2026-10001", "Controller"):
        assert word.encode() not in document


def test_the_notice_as_csaf_goes_along_under_the_same_signature(world: World) -> None:
    release = world.release()
    world.seal()
    [document] = world.stored()
    opened = read_envelope(world.seat.opened(world.seat.power, document))
    assert opened.csaf is not None
    csaf = orjson.loads(opened.csaf)["document"]
    assert (csaf["csaf_version"], csaf["tracking"]["id"]) == ("2.0", world.tracking_id(release))
