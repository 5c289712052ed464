"""The relay: what was opened, as a plain TAXII 2.1 collection on this machine, for tools of the field."""

import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from requests.exceptions import HTTPError
from stix2 import parse
from taxii2client.exceptions import AccessError
from taxii2client.v21 import Server, as_pages

from feeds.receiver import files
from feeds.receiver.relay import Relay
from feeds.receiver.settings import loopback
from feeds.receiver.views import served
from hub.core.errors import ConfigurationError
from hub.demo.mailserver import free_port
from tests.feeds.receiver.conftest import Recipient
from tests.feeds.receiver.sender import CANARY, MATTERS, Sender

TOKEN = "r" * 43


@dataclass(frozen=True)
class Running:
    relay: Relay
    url: str
    file: Path


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    port, file = free_port(), tmp_path / "relay.sqlite"
    with files.database(file) as db:
        relay = Relay(db, base_url=f"http://127.0.0.1:{port}", username="local", token=TOKEN)
        with served(relay, "127.0.0.1", port):
            yield Running(relay, f"http://127.0.0.1:{port}/taxii2/", file)


def test_a_tool_of_the_field_reads_the_opened_notices_through_the_relay(
    recipient_at: Callable[..., Recipient], sender: Sender, running: Running
) -> None:
    recipient = recipient_at(outlets=[running.relay])
    recipient.shelf.lay(sender.copy(), sender.copy(revision=2), sender.copy(MATTERS[1]), sender.beat())
    recipient.pull()
    recipient.pull()
    assert recipient.heard.alarmed == []
    with closing(Server(running.url, user="local", password=TOKEN)) as server:
        [collection] = server.default.collections
        assert (collection.can_read, collection.can_write) == (True, False)
        objects = [
            each for page in as_pages(collection.get_objects, per_request=1) for each in page["objects"]
        ]
        assert {each["type"] for each in objects} == {"report", "note"}
        names = {each["name"] for each in objects if each["type"] == "report"}
        assert names == {f"{CANARY} {MATTERS[0]} r2", f"{CANARY} {MATTERS[1]} r1"}
        assert all(parse(each) for each in objects)
        with pytest.raises(AccessError):
            collection.add_objects({"objects": objects}, wait_for_completion=False)
        server.default.close()


@pytest.mark.parametrize(("user", "password"), [("local", "x"), ("other", TOKEN), ("local", TOKEN + "é")])
def test_without_its_token_the_relay_tells_nothing(running: Running, user: str, password: str) -> None:
    server = Server(running.url, user=user, password=password)
    with closing(server), pytest.raises(HTTPError, match="401"):
        server.refresh()


def test_the_relay_keeps_its_objects_for_its_own_user(running: Running) -> None:
    for each in running.file.parent.glob("relay.sqlite*"):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600


def test_a_second_relay_on_the_same_place_is_refused(running: Running) -> None:
    host, port = loopback(running.relay.information.base_url.removeprefix("http://"))
    with pytest.raises(ConfigurationError, match="cannot be served"), served(running.relay, host, port):
        pass


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0:9000", "192.0.2.1:9000", "[::]:9000", "9000", "localhost:9000", "127.0.0.1:0", "127.0.0.1:x"],
)
def test_the_relay_serves_this_machine_alone(address: str) -> None:
    with pytest.raises(ConfigurationError, match="--relay"):
        loopback(address)


def test_a_short_token_is_refused(tmp_path: Path) -> None:
    with files.database(tmp_path / "relay.sqlite") as db, pytest.raises(ConfigurationError, match="token"):
        Relay(db, base_url="http://127.0.0.1:1", username="local", token="short")
