"""The demo's proof about the receiver can fail: for a notice that never came, and for an alarm."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from hub.demo.connecting import Connected
from hub.demo.errors import ProofError
from hub.demo.poll import Receiver
from hub.demo.proofs import Notice
from hub.demo.receiving import prove_pull
from hub.demo.recipients import GnupgHome
from hub.demo.stage import Stage
from tests.feeds.receiver.sender import MATTERS, Sender, flipped
from tests.feeds.receiver.shelf import ANSWERS, COLLECTION, Shelf
from tests.keys.workshop import GPG
from tests.support.delivery import Seat


@dataclass
class Part:
    """As much of the play as the proof looks at."""

    base_url: str
    certificate: Path


@dataclass
class Filed:
    folder: Path


@dataclass
class Body:
    receiver: Receiver
    filed: Filed
    answers_collection_id: str


@pytest.fixture
def play(shelf: Shelf, seat: Seat, tmp_path: Path) -> tuple[Stage, Connected]:
    """A stage with one body that polls the shelf."""
    receiver = Receiver(
        body="power",
        discovery_url="",
        username="power",
        password="t" * 43,
        collection_id=COLLECTION,
        home=GnupgHome(seat.power.shop.home, GPG),
        fingerprint=seat.power.certificate.fingerprint,
        pin=seat.pin,
    )
    stage = Part(shelf.url.removesuffix("/priority/"), seat.config.certificate_file)
    return cast("Stage", stage), cast("Connected", Body(receiver, Filed(tmp_path), ANSWERS))


def test_a_notice_that_never_came_fails_the_proof(
    play: tuple[Stage, Connected], shelf: Shelf, sender: Sender
) -> None:
    shelf.lay(sender.copy(), sender.beat())
    due = [Notice(tracking_id=each, revision=1, word="") for each in MATTERS[:2]]
    with pytest.raises(ProofError, match="hands on what was addressed"):
        prove_pull(*play, due)


def test_an_alarm_fails_the_proof(play: tuple[Stage, Connected], shelf: Shelf, sender: Sender) -> None:
    shelf.lay(flipped(sender.copy()), sender.beat())
    with pytest.raises(ProofError, match="without an alarm"):
        prove_pull(*play, [])
