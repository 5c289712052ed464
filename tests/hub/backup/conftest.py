"""A hub that has been at work on each kind of database, and where its backup is restored: on the other."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.core.instance import Instance
from hub.migrations.history import upgrade
from tests.hub.backup.sites import Site, certificate_in, database_of, site
from tests.keys.workshop import Workshop, workshop
from tests.support import delivery
from tests.support.advisories import NOW
from tests.support.databases import postgres_answers
from tests.support.delivery import TOKEN_KEY, Seat, World

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"} if postgres_answers() else {"sqlite": "sqlite"}


@dataclass(frozen=True, kw_only=True)
class Old:
    """The hub that is backed up: as its people use it, and as the command opens it."""

    site: Site
    world: World
    hub: Instance


@pytest.fixture(scope="session")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    with delivery.seat(tmp_path_factory.mktemp("seat")) as made:
        yield made


@pytest.fixture(scope="session")
def shop() -> Iterator[Workshop]:
    """Where the secret key of the backup certificate lies."""
    with workshop() as made:
        yield made


@pytest.fixture(scope="session")
def certificate(shop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_in(shop, tmp_path_factory.mktemp("certificate"))


@pytest.fixture(params=list(OTHER))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def old(kind: str, tmp_path: Path, seat: Seat, certificate: Path) -> Iterator[Old]:
    begun = datetime.now(UTC)
    with ExitStack() as stack:
        made = stack.enter_context(site(kind, tmp_path / "old", certificate))
        upgrade(made.config.database_url)
        made.secret("token-key", TOKEN_KEY)
        made.secret("session-key", b"s" * 32)
        db = database_of(made)
        stack.callback(db.dispose)
        world = delivery.world_on(delivery.hub_on(db, seat, lambda: NOW + (datetime.now(UTC) - begun)), seat)
        passkeys = made.config.pinned_passkeys
        passkeys.parent.mkdir(mode=0o700)
        passkeys.write_bytes(seat.config.pinned_passkeys.read_bytes())
        made.config.certificate_file.write_bytes(seat.config.certificate_file.read_bytes())
        hub = made.opened()
        stack.callback(hub.db.dispose)
        yield Old(site=made, world=world, hub=replace(hub, clock=lambda: datetime.now(UTC)))


@pytest.fixture
def new(kind: str, tmp_path: Path) -> Iterator[Site]:
    with site(OTHER[kind], tmp_path / "new") as made:
        yield made
