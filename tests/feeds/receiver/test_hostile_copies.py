"""Copies that somebody has tampered with: each is put aside with its own reason, and what is good goes on."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from feeds.formats.envelope import envelope
from feeds.receiver.settings import Start
from hub.core.errors import ConfigurationError
from tests.feeds.receiver.conftest import Recipient
from tests.feeds.receiver.sender import CANARY, MATTERS, Sender, artifact, bundle, flipped, signer_with
from tests.support.delivery import Seat

FIRST = f"{MATTERS[0]}-r1-s1"


def plain(sender: Sender, tracking_id: str = MATTERS[1], **changes: Any) -> bytes:  # noqa: ANN401 - fields of a manifest
    """Return what the next copy would hold, without counting it."""
    return envelope(sender.manifest(tracking_id, **changes), bundle(tracking_id, 1), [])


def with_tracking_id(sender: Sender, tracking_id: str) -> bytes:
    document = orjson.loads(plain(sender))
    document["manifest"]["tracking_id"] = tracking_id
    return orjson.dumps(document)


def test_each_bad_copy_is_put_aside_with_its_own_reason_and_the_good_ones_go_on(
    recipient: Recipient, sender: Sender, seat: Seat
) -> None:
    seat.power.shop.gpg("--import", given=seat.gas.blob)  # a stranger whom the recipient knows
    first = sender.copy()
    past = datetime.now(UTC) - timedelta(seconds=1)
    bad = {
        "not-sealed": {"type": "indicator", "id": "indicator--x"},
        "payload-hash": flipped(sender.sealed(plain(sender))),
        "damaged": flipped(sender.sealed(plain(sender)), honest=True),
        "not-for-this-key": sender.sealed(plain(sender), to=seat.gas),
        "unsigned": sender.unsigned(plain(sender)),
        "wrong-signer": sender.sealed(plain(sender), signer=signer_with(seat.gas)),
        "malformed": sender.sealed(with_tracking_id(sender, "../../../tmp/x")),
        "forwarded": sender.sealed(plain(sender, to=seat.gas.certificate.fingerprint)),
        "replayed": sender.sealed(plain(sender, seq=1)),
        "older-revision": sender.sealed(plain(sender, MATTERS[0], seq=7)),
        "stale": sender.sealed(plain(sender, seq=8, valid_until=past)),
        "broken-chain": sender.sealed(plain(sender, MATTERS[2], prev_sha256="0" * 64)),
    }
    recipient.shelf.lay(first, *bad.values())
    recipient.pull()
    assert recipient.heard.reasons == list(bad)
    assert len({said for _, said in recipient.heard.alarmed}) == len(bad)
    assert recipient.notices == [FIRST]
    kept = [json.loads(each.read_bytes()) for each in recipient.aside]
    assert sorted(each["reason"] for each in kept) == sorted(bad)
    assert [bad[each["reason"]] for each in kept] == [each["artifact"] for each in kept]
    assert CANARY not in "".join(each.read_text() for each in recipient.aside)
    recipient.shelf.lay(sender.copy(MATTERS[2], seq=20, prev_sha256="1" * 64), sender.beat())
    recipient.pull()
    assert recipient.heard.reasons == ["gap"]
    assert recipient.notices == [FIRST, f"{MATTERS[2]}-r1-s20"]


@pytest.mark.parametrize(
    "tracking_id", ["../x", "PI-2026-7K3QX/../../x", "PI-2026-7K3QX\0", "PI-2026-7K3QY", "/etc/passwd", ""]
)
def test_a_tracking_id_never_becomes_a_path(recipient: Recipient, sender: Sender, tracking_id: str) -> None:
    recipient.shelf.lay(sender.sealed(with_tracking_id(sender, tracking_id)))
    recipient.pull()
    assert recipient.heard.reasons == ["malformed"]
    assert recipient.notices == []


def test_names_outside_the_seal_are_believed_by_nobody(recipient: Recipient, sender: Sender) -> None:
    good = sender.copy()
    [outside] = good["extensions"].values()
    outside |= {"tracking_id": "../../x", "seq": 99, "kind": "heartbeat", "recipient": "0" * 40}
    recipient.shelf.lay(good | {"id": "artifact--../../x", "decryption_key": "x"}, sender.beat())
    recipient.pull()
    assert (recipient.heard.alarmed, recipient.notices) == ([], [FIRST])


def test_the_same_object_served_again_is_a_replay(recipient: Recipient, sender: Sender) -> None:
    first = sender.copy()
    recipient.shelf.lay(first, sender.beat())
    recipient.pull()
    recipient.shelf.lay(first)
    recipient.pull()
    assert recipient.heard.reasons == ["replayed"]
    assert recipient.notices == [FIRST]


def test_one_damaged_copy_silences_none_of_the_others(recipient: Recipient, sender: Sender) -> None:
    damaged = sender.copy(MATTERS[1])
    recipient.shelf.lay(flipped(damaged, honest=True), sender.copy(), sender.copy(revision=2), sender.beat())
    recipient.pull()
    assert recipient.heard.reasons == ["damaged", "gap"]
    assert recipient.notices == [f"{MATTERS[0]}-r1-s2", f"{MATTERS[0]}-r2-s3"]
    recipient.shelf.lay(damaged)  # the whole one, later
    recipient.pull()
    assert (recipient.heard.alarmed, len(recipient.notices)) == ([], 3)


def test_an_older_revision_that_comes_late_is_not_handed_on(recipient: Recipient, sender: Sender) -> None:
    older = sender.copy()
    recipient.shelf.lay(sender.copy(revision=2), older, sender.beat())
    recipient.pull()
    assert recipient.heard.reasons == ["gap", "older-revision"]
    assert recipient.notices == [f"{MATTERS[0]}-r2-s2"]


def test_a_heartbeat_that_is_old_stale_or_of_another_series_is_put_aside(
    recipient: Recipient, sender: Sender
) -> None:
    now = datetime.now(UTC)
    before, saved = sender.beat(head_seq=0, head_sha256=""), sender.beat(issued=now - timedelta(hours=6))
    first = sender.copy()
    recipient.shelf.lay(first, sender.beat())
    recipient.pull()
    bad = {
        "older-heartbeat": saved,
        "stale": sender.beat(valid_until=now),
        "broken-chain": sender.beat(head_sha256="0" * 64),
    }
    recipient.shelf.lay(*bad.values(), before)
    recipient.pull()
    assert recipient.heard.reasons == [*bad, "older-heartbeat"]


@pytest.mark.parametrize(
    "odd", [{}, {"type": "artifact"}, {"payload_bin": 7}, {"payload_bin": "?"}, {"hashes": []}]
)
def test_an_object_of_any_form_is_put_aside(recipient: Recipient, odd: dict[str, object]) -> None:
    made = artifact(b"\x85\x00") | {"x": 10**30, "y": "\ud800"} | odd
    recipient.shelf.lay(made if odd else {})
    recipient.pull()
    assert recipient.heard.reasons[0] in {"not-sealed", "damaged"}


def test_a_new_client_takes_no_heartbeat_but_a_signed_one_for_itself(
    recipient_at: Callable[..., Recipient], sender: Sender, seat: Seat
) -> None:
    recipient = recipient_at(start=Start.HEAD)
    stranger = replace(sender)
    stranger.signer = signer_with(seat.gas)
    forged = stranger.sealed(b'{"manifest":{}}', signer=stranger.signer)
    other = sender.beat(to=seat.gas.certificate.fingerprint)
    recipient.shelf.lay(forged, other)
    recipient.pull()
    assert recipient.heard.reasons == ["wrong-signer", "forwarded", "no-heartbeat"]


def test_a_copy_is_not_blamed_while_our_own_key_opens_nothing(
    recipient: Recipient, sender: Sender, seat: Seat
) -> None:
    """A home without the secret key stands for an agent that has no passphrase."""
    recipient.shelf.lay(sender.copy(), sender.beat())
    blind = recipient.but(key=replace(recipient.receiver.key, home=seat.gas.shop.home))
    with pytest.raises(ConfigurationError, match="opens nothing now"):
        blind.pull()
    assert recipient.aside == []
    recipient.pull()
    assert (recipient.heard.alarmed, recipient.notices) == ([], [FIRST])


def test_the_quarantine_has_an_end(recipient: Recipient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.receiver.quarantine.MOST", 3)
    recipient.shelf.lay(*({"type": "x", "id": str(number)} for number in range(6)))
    recipient.pull()
    assert recipient.heard.reasons == ["not-sealed"] * 6
    assert len(recipient.aside) == 3
