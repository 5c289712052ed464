"""A hub that can sign, with bodies whose acts are logged."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.accounts.models import Account
from hub.core.config import Config
from hub.core.instance import Instance
from keys import hubkey
from keys.homes import stop_agent
from tests.conftest import HandedIn
from tests.support.trail import Trail, make_trail

GPG = shutil.which("gpg") or "/usr/bin/gpg"


@pytest.fixture(scope="session")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of an instance whose hub has its key."""
    folder = tmp_path_factory.mktemp("signing")
    config = Config(instance=folder, database_url="sqlite://", gpg=GPG)
    hubkey.create_hub_key(
        name="Priority Hub",
        email="hub@hub.example.jp",
        signing_home=config.signing_home,
        escrow=folder / "escrow.asc",
        certificate_file=config.certificate_file,
        gpg=GPG,
        now=datetime.now(UTC),
    )
    yield folder
    stop_agent(config.signing_home, gpg=GPG)


@pytest.fixture
def hub(instance: Instance, signing: Path, clock: HandedIn) -> Instance:
    """An instance that signs its log for two witnesses, at the present: gpg signs by the machine's clock."""
    clock.now = datetime.now(UTC)
    witnesses = ("one@witness.example.jp", "two@witness.example.jp")
    config = replace(instance.config, instance=signing, gpg=GPG, audit_witnesses=witnesses)
    return replace(instance, config=config)


@pytest.fixture
def trail(hub: Instance, applicant: Account, coordinator: Account) -> Trail:
    """A log of two bodies and of staff, chained in three rounds, signed after the second."""
    return make_trail(hub, applicant, coordinator)
