"""`priority-hub keys show` and `keys rotate`, on an instance that `init` made."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from hub.cli import main
from hub.core.audit import Entry
from hub.core.config import Config
from hub.core.instance import open_instance
from hub.setup import Initialised, initialise
from keys.fingerprints import grouped
from keys.homes import stop_agent
from keys.hubkey import LIFE
from tests.keys.workshop import GPG


@dataclass(frozen=True)
class Hub:
    """An instance and what `init` told."""

    folder: Path
    told: Initialised

    def keys(self, *arguments: str, typed: str | None = None) -> Result:
        env = {"HUB_INSTANCE": str(self.folder)}
        return CliRunner().invoke(main, ["keys", *arguments], env=env, input=typed)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub") / "instance"
    config = Config.from_env({"HUB_INSTANCE": str(folder), "HUB_GPG": GPG})
    yield Hub(folder, initialise(config, administrator=None, now=datetime.now(UTC)))
    stop_agent(config.signing_home, gpg=GPG)


def test_show_tells_the_pin_and_the_ends_in_both_zones(hub: Hub) -> None:
    answer = hub.keys("show")
    assert answer.exit_code == 0
    assert grouped(hub.told.fingerprint) in answer.stdout
    assert " JST (" in answer.stdout
    assert " UTC)" in answer.stdout
    shown = json.loads(hub.keys("show", "--json").stdout)
    assert shown["fingerprint"] == hub.told.fingerprint
    assert [each["in_force"] for each in shown["signing_subkeys"]] == [True]


def test_show_before_init_tells_so_in_one_line(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["keys", "show"], env={"HUB_INSTANCE": str(tmp_path)})
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert len(answer.stderr.splitlines()) == 1


def test_rotate_asks_for_the_code_without_showing_it_and_keeps_the_pin(hub: Hub) -> None:
    escrow = ("--escrow", str(hub.told.escrow))
    wrong = hub.keys("rotate", *escrow, typed="0000-0000\n")
    assert (wrong.exit_code, "does not open" in wrong.stderr) == (1, True)
    answer = hub.keys("rotate", *escrow, typed=f"{hub.told.recovery_code}\n")
    assert answer.exit_code == 0, answer.output
    assert hub.told.recovery_code not in answer.output
    assert grouped(hub.told.fingerprint) in answer.stdout
    opened = open_instance(Config.from_env({"HUB_INSTANCE": str(hub.folder)}))
    with opened.db.reading() as session:
        assert "hub-key.rotated" in session.scalars(sa.select(Entry.action)).all()
    opened.db.dispose()


def test_the_code_may_lie_in_a_file(hub: Hub, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.write_text(f"{hub.told.recovery_code}\n")
    escrow = ("--escrow", str(hub.told.escrow), "--code-file", str(code))
    made = json.loads(hub.keys("rotate", *escrow, "--json").stdout)
    assert made["fingerprint"] == hub.told.fingerprint
    assert datetime.fromisoformat(made["expires_at"]) > datetime.now(UTC) + LIFE - timedelta(minutes=5)
    newest, *_ = json.loads(hub.keys("show", "--json").stdout)["signing_subkeys"]
    assert newest["fingerprint"] == made["subkey"]
