"""`priority-hub audit verify`: exit 0 on a whole log, 1 on one that was touched, and which row it was."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.cli import main
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.instance import open_instance
from hub.setup import initialise
from hub.trail import heads
from hub.trail.models import SignedHead
from keys.homes import stop_agent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance as `init` makes it, with its first day signed."""
    folder = tmp_path_factory.mktemp("command") / "instance"
    config = Config.from_env({"HUB_INSTANCE": str(folder)})
    initialise(config, administrator=None, now=datetime.now(UTC))
    hub = open_instance(config)
    with hub.db.transaction() as session:
        audit.record(session, "pump.opened", by=THE_HUB, now=datetime.now(UTC))
    now = datetime.now(UTC)
    heads.sign(hub, {}, now)
    with hub.db.reading() as session:
        (folder / "witness.asc").write_text(session.get_one(SignedHead, heads.day_of(now)).signed)
    hub.db.dispose()
    stop_agent(config.signing_home, gpg=config.gpg)
    return folder


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", "verify", *arguments], env={"HUB_INSTANCE": str(folder)})


def test_a_whole_log_is_told_as_such(folder: Path) -> None:
    answer = run(folder, "--witness", str(folder / "witness.asc"))
    assert answer.exit_code == 0, answer.output
    assert "compared with a witness's: 1" in answer.output
    assert "Nothing was touched." in answer.output
    told = json.loads(run(folder, "--json").stdout)
    assert (told["ok"], told["findings"], told["signed"]) == (True, [], 1)


def test_what_is_no_signed_head_is_refused_as_a_witness(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.eml"
    file.write_text("hello")
    answer = run(folder, "--witness", str(file))
    assert answer.exit_code == 1
    assert len(answer.stderr.splitlines()) == 1


def test_a_touched_row_is_named_with_exit_code_one(folder: Path) -> None:
    with sqlite3.connect(folder / "hub.sqlite") as database:
        [number] = database.execute("SELECT number FROM audit_entry WHERE action = 'pump.opened'").fetchone()
        database.execute("UPDATE audit_entry SET action = 'pump.closed' WHERE number = ?", [number])
    answer = run(folder)
    assert answer.exit_code == 1
    assert f"row {number}: the row was changed" in answer.stdout
    assert answer.stderr == "priority-hub: the log was touched: 1 findings\n"
    machine = run(folder, "--json")
    assert machine.exit_code == 1
    [finding] = json.loads(machine.stdout)["findings"]
    assert (finding["kind"], finding["number"]) == ("changed", number)
