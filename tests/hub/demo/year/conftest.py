from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.config import Config, Mail
from hub.core.instance import open_instance
from hub.core.periods import Periods
from hub.demo import play_year
from tests.hub.demo.year.world import BODIES, NOTICES, SEED, Year


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("year")
    play_year(folder, bodies=BODIES, notices=NOTICES, seed=SEED)
    return folder


@pytest.fixture(scope="package")
def year(place: Path) -> Iterator[Year]:
    mail = Mail(tls="none", port=1, sender="priority@hub.example.jp")
    url = f"sqlite:///{place / 'hub' / 'hub.sqlite'}"
    witnesses = ("witness@ipa.example.jp", "witness@audit.example.jp")
    config = Config(
        instance=place / "hub",
        database_url=url,
        base_url="http://localhost:8000",
        mail=mail,
        audit_witnesses=witnesses,
        keep=Periods(copies=190, drafts=190),
    )
    hub = open_instance(config)
    yield Year(place, hub)
    hub.db.dispose()
