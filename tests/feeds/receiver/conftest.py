"""A recipient in a folder of its own, and a server that it polls."""

import json
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from feeds.receiver import files
from feeds.receiver.key import Key, opened_key
from feeds.receiver.outlets import Folder, Outlet
from feeds.receiver.pulling import Pass, Receiver
from feeds.receiver.quarantine import Quarantine
from feeds.receiver.server import Hub, Limits
from feeds.receiver.settings import HubSettings, KeySettings, Start
from feeds.receiver.states import Alarm
from feeds.receiver.telling import Teller
from hub.cli import main
from hub.core.clock import system_clock
from tests.feeds.receiver import shelf as shelves
from tests.feeds.receiver.sender import Sender
from tests.feeds.receiver.shelf import ANSWERS, COLLECTION, Shelf
from tests.support.delivery import Seat

At = Callable[..., "Recipient"]
Pull = Callable[..., Result]
TAKE = """import json, os, pathlib, sys
told = {name: value for name, value in os.environ.items() if name.startswith("PRIORITY_")}
with pathlib.Path(sys.argv[1]).open("a") as out:
    out.write(json.dumps(told | {"objects": len(json.load(sys.stdin)["objects"])}) + chr(10))
sys.exit(int(pathlib.Path(sys.argv[2]).read_text()) if len(sys.argv) > 2 else 0)
"""
LIMITS = Limits(body_bytes=200_000, marks=5000, seconds=2.0, silence=1.0, objects=20, pages=10)


class Heard(Teller):
    """Remembers what was told."""

    def __init__(self) -> None:
        super().__init__()
        self.alarmed: list[tuple[str, str]] = []
        self.said: list[dict[str, object]] = []

    def say(self, event: str, **facts: object) -> None:
        self.said.append({"event": event} | facts)

    def alarm(self, what: Alarm, said: str, *, news: bool = True, **facts: object) -> None:
        assert isinstance(news, bool)
        self.alarms += 1
        self.alarmed.append((str(facts.get("reason", what.value)), said))

    @property
    def reasons(self) -> list[str]:
        return [reason for reason, _ in self.alarmed]


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A body's receiver and everything that can be seen of it."""

    folder: Path
    receiver: Receiver
    heard: Heard
    shelf: Shelf

    def pull(self) -> Pass:
        """Make one pass and forget what was told before it."""
        self.heard.alarmed.clear()
        return self.receiver.once()

    @property
    def notices(self) -> list[str]:
        return sorted(
            (each.name for each in (self.folder / "out").iterdir()), key=lambda n: int(n.rpartition("s")[2])
        )

    @property
    def aside(self) -> list[Path]:
        return sorted((self.folder / "state" / "quarantine").iterdir())

    def but(self, **changes: Any) -> "Recipient":  # noqa: ANN401 - fields of Receiver
        return replace(self, receiver=replace(self.receiver, **changes))


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with shelves.shelf() as made:
        yield made


@pytest.fixture
def sender(seat: Seat) -> Sender:
    return Sender(seat=seat, to=seat.power)


@pytest.fixture(scope="session")
def power_key(seat: Seat) -> Iterator[Key]:
    """The power body's key, opened once."""
    settings = KeySettings(
        fingerprints=(seat.power.certificate.fingerprint,), gnupg_home=seat.power.shop.home
    )
    with opened_key(settings, fingerprint=seat.pin, certificate=seat.config.certificate_file) as key:
        yield key


@pytest.fixture
def recipient_at(
    shelf: Shelf, seat: Seat, power_key: Key, tmp_path: Path
) -> Iterator[Callable[..., Recipient]]:
    """Give a recipient who begins as told, with these outlets or a folder."""
    closers: list[Any] = []

    def made(start: Start = Start.BEGINNING, outlets: Sequence[Outlet] | None = None) -> Recipient:
        heard = Heard()
        state = tmp_path / "state"
        state.mkdir(mode=0o700, exist_ok=True)
        database = files.database(state / "state.sqlite")
        token = tmp_path / "token"
        settings = HubSettings(
            api_root=shelf.url,
            collection=uuid.UUID(COLLECTION),
            answers=uuid.UUID(ANSWERS),
            username="power",
            token_file=token,
            fingerprint=seat.pin,
        )
        hub = closing(Hub(settings, "t" * 43, limits=LIMITS))
        closers.extend([database, hub])
        receiver = Receiver(
            hub=hub.__enter__(),
            key=power_key,
            db=database.__enter__(),
            outlets=[Folder(tmp_path / "out")] if outlets is None else outlets,
            quarantine=Quarantine(state / "quarantine"),
            teller=heard,
            clock=system_clock,
            late=timedelta(hours=13),
            start=start,
        )
        receiver.prepare()
        return Recipient(folder=tmp_path, receiver=receiver, heard=heard, shelf=shelf)

    yield made
    for each in reversed(closers):
        each.__exit__(None, None, None)


@pytest.fixture
def recipient(recipient_at: Callable[..., Recipient]) -> Recipient:
    """A recipient who takes the whole series into a folder."""
    return recipient_at()


@pytest.fixture
def pull(tmp_path: Path, seat: Seat, shelf: Shelf) -> Pull:
    """Run one pass with a configuration file in which some lines are others."""
    (tmp_path / "token").write_text("t" * 43)
    (tmp_path / "token").chmod(0o600)

    def run(*options: str, out: str = 'folder = "out"', key: str = "", alarm: str = "") -> Result:
        fingerprint = seat.power.certificate.fingerprint
        text = f"""
[hub]
api_root = "{shelf.url}"
collection = "{COLLECTION}"
answers = "{ANSWERS}"
username = "power"
token_file = "token"
fingerprint = "{seat.pin}"
certificate = "{seat.config.certificate_file}"
[key]
fingerprints = ["{fingerprint}"]
{key or f'gnupg_home = "{seat.power.shop.home}"'}
[state]
folder = "state"
start = "beginning"
[out]
{out}
[alarm]
heartbeat_hours = 13
{alarm}
[relay]
username = "local"
token_file = "token"
"""
        (tmp_path / "pull.toml").write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["pull", "--config", str(tmp_path / "pull.toml"), *options])

    return run


def program(folder: Path, *arguments: str) -> str:
    (folder / "take.py").write_text(TAKE)
    return json.dumps([sys.executable, str(folder / "take.py"), *arguments])
