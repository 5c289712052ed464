"""Keys that are made once for all tests: the hub's, and those of two contacts and a stranger."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keys import hubkey
from keys.homes import stop_agent
from keys.hubkey import HubKey
from keys.sealing import Signer
from tests.keys.workshop import GPG, Holder, Workshop, holder, workshop

Maker = Callable[[Workshop], bytes]
Specimen = Callable[[Maker], bytes]


@dataclass(frozen=True, kw_only=True)
class Hub:
    """The hub's key and where it lies."""

    key: HubKey
    signer: Signer
    escrow: Path
    certificate_file: Path


@pytest.fixture(scope="session")
def shop() -> Iterator[Workshop]:
    with workshop() as made:
        yield made


@pytest.fixture(scope="session")
def specimen(shop: Workshop) -> Specimen:
    """Give what a maker makes; it is made once for all tests that ask for it."""
    made: dict[Maker, bytes] = {}

    def give(make: Maker) -> bytes:
        if make not in made:
            made[make] = make(shop)
        return made[make]

    return give


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    escrow, certificate_file, home = folder / "escrow.asc", folder / "hub.asc", folder / "gnupg"
    key = hubkey.create_hub_key(
        name="Priority Hub",
        email="hub@hub.example.jp",
        signing_home=home,
        escrow=escrow,
        certificate_file=certificate_file,
        gpg=GPG,
        now=datetime.now(UTC),
    )
    signer = hubkey.load_signer(signing_home=home, certificate_file=certificate_file, gpg=GPG)
    yield Hub(key=key, signer=signer, escrow=escrow, certificate_file=certificate_file)
    stop_agent(home, gpg=GPG)


@pytest.fixture(scope="session")
def water(hub: Hub) -> Iterator[Holder]:
    with holder("desk@water.example.jp") as made:
        made.shop.gpg("--import", str(hub.certificate_file))
        yield made


@pytest.fixture(scope="session")
def energy(hub: Hub) -> Iterator[Holder]:
    with holder("desk@energy.example.jp") as made:
        made.shop.gpg("--import", str(hub.certificate_file))
        yield made


@pytest.fixture
def now() -> datetime:
    """The real time: gpg looks at the system's clock too."""
    return datetime.now(UTC)
