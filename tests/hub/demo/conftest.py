import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.demo.recipients import GnupgHome
from keys.homes import stop_agent

GPG = shutil.which("gpg") or "/usr/bin/gpg"


@pytest.fixture(scope="session")
def gpg() -> str:
    return GPG


@pytest.fixture(scope="session")
def contact(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GnupgHome]:
    yield from _home(tmp_path_factory.mktemp("contact"), "contact@water.example.jp")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GnupgHome]:
    yield from _home(tmp_path_factory.mktemp("stranger"), "stranger@example.jp")


def _home(folder: Path, email: str) -> Iterator[GnupgHome]:
    home = GnupgHome(folder / "gnupg", GPG)
    home.make_key(name="窓口", email=email)
    yield home
    stop_agent(home.folder, gpg=GPG)
