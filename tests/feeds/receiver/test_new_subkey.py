"""Once a year the hub signs with a new subkey: tools learn it by themselves, from the pinned key alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from feeds.delivery.signing import signer_of
from feeds.receiver.key import Key, read_certificate
from feeds.receiver.states import Reason
from keys import homes
from tests.feeds.receiver.conftest import Recipient
from tests.feeds.receiver.sender import Sender
from tests.feeds.receiver.shelf import Shelf, answer
from tests.keys.test_rotating import Site, made_in
from tests.keys.workshop import GPG
from tests.support.delivery import Seat


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Site]:
    made = made_in(tmp_path / "hub", datetime.now(UTC))
    yield made
    homes.stop_agent(made.place.signing_home, gpg=GPG)


def publish(shelf: Shelf, certificate: Path) -> None:
    def misbehave(handler: BaseHTTPRequestHandler) -> bool:
        if handler.path != "/hub-certificate.asc":
            return False
        assert "Authorization" not in handler.headers
        answer(handler, certificate.read_bytes(), Content_Type="application/pgp-keys")
        return True

    shelf.misbehave = misbehave


@pytest.fixture
def pinned(recipient: Recipient, power_key: Key, hub: Site) -> Recipient:
    """A recipient who knows the hub's certificate as it was before the rotation."""
    known = read_certificate(hub.config.certificate_file, gpg=GPG)
    return recipient.but(key=replace(power_key, pin=hub.key.fingerprint, hub=known))


def test_a_copy_of_a_new_subkey_is_handed_on_after_one_look_at_the_published_certificate(
    pinned: Recipient, hub: Site, sender: Sender
) -> None:
    sender.signer = signer_of(hub.config)
    pinned.shelf.lay(sender.copy())
    pinned.pull()
    hub.rotate()
    sender.signer = signer_of(hub.config)
    publish(pinned.shelf, hub.config.certificate_file)
    pinned.shelf.lay(sender.copy(revision=2), sender.copy(revision=3), sender.beat())
    pinned.pull()
    assert pinned.heard.alarmed == []
    assert len(pinned.notices) == 3
    assert pinned.shelf.asked.count("/hub-certificate.asc") == 1


@pytest.mark.parametrize("published", ["another", "none"])
def test_a_certificate_of_another_key_changes_nothing(
    pinned: Recipient, hub: Site, seat: Seat, sender: Sender, published: str
) -> None:
    if published == "another":
        publish(pinned.shelf, seat.config.certificate_file)  # a stranger's, with which the copies are signed
    pinned.shelf.lay(sender.copy(), sender.copy(revision=2))
    pinned.pull()
    assert pinned.notices == []
    assert pinned.heard.reasons[:2] == [Reason.WRONG_SIGNER.value] * 2
    assert pinned.shelf.asked.count("/hub-certificate.asc") == 1
    assert pinned.receiver.key.pin == hub.key.fingerprint
