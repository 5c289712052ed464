"""The commands of whoever runs a hub: a backup restored elsewhere, an upgrade, a new administrator."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click.testing
import pytest
import sqlalchemy as sa

from hub.accounts import queries
from hub.cli import main
from hub.core.audit import Entry
from hub.core.config import Config
from hub.core.instance import open_instance
from hub.migrations.history import upgrade
from hub.migrations.newest import NEWEST
from hub.setup import initialise
from keys.homes import stop_agent
from tests.hub.backup.sites import certificate_in
from tests.keys.workshop import GPG, Workshop, workshop


@pytest.fixture(scope="module")
def shop() -> Iterator[Workshop]:
    with workshop() as made:
        yield made


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory, shop: Workshop) -> Iterator[dict[str, str]]:
    """The variables of an instance as `init` makes it."""
    folder = tmp_path_factory.mktemp("commands")
    told = {
        "HUB_INSTANCE": str(folder / "instance"),
        "HUB_BACKUP_CERTIFICATE": str(certificate_in(shop, folder)),
    }
    config = Config.from_env(told)
    with ExitStack() as stack:
        stack.callback(stop_agent, config.signing_home, gpg=GPG)
        initialise(config, administrator=None, now=datetime.now(UTC))
        yield told


def run(env: dict[str, str], *arguments: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(main, arguments, env=env)


def test_a_backup_and_a_restore_tell_what_they_did(
    env: dict[str, str], shop: Workshop, tmp_path: Path
) -> None:
    file = tmp_path / "hub.backup"
    made = run(env, "backup", str(file), "--json")
    assert made.exit_code == 0, made.stderr
    told = json.loads(made.stdout)
    assert told["bytes"] == file.stat().st_size
    assert told["rows"]["sector"] > 10
    assert "sector: " in made.stderr  # progress, table by table
    again = run(env, "backup", str(file))
    assert (again.exit_code, again.stdout) == (1, "")
    assert "exists already" in again.stderr

    there = {"HUB_INSTANCE": str(tmp_path / "there")}
    refused = run(there, "restore", str(file), "--gnupg-home", str(shop.home))
    assert refused.exit_code == 1
    assert "kek is missing" in refused.stderr
    kek = tmp_path / "there" / "secrets" / "kek"
    kek.parent.mkdir(parents=True, mode=0o700)
    kek.write_bytes((Path(env["HUB_INSTANCE"]) / "secrets" / "kek").read_bytes())
    kek.chmod(0o400)
    restored = run(there, "restore", str(file), "--gnupg-home", str(shop.home))
    assert restored.exit_code == 0, restored.stderr
    assert "not so: 0" in restored.stdout
    assert "keys rotate" in restored.stdout
    hub = open_instance(Config.from_env(there))
    with hub.db.reading() as session:
        assert session.scalar(sa.select(Entry.action).order_by(Entry.number.desc())) == "backup.restored"
    hub.db.dispose()


def test_a_folder_that_is_not_there_is_told_in_one_line(env: dict[str, str], tmp_path: Path) -> None:
    answer = run(env, "backup", str(tmp_path / "none" / "hub.backup"))
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert len(answer.stderr.splitlines()) == 1


def test_an_upgrade_brings_an_older_database_to_head_and_refuses_what_it_does_not_know(
    env: dict[str, str], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'older.sqlite'}"
    older = env | {"HUB_DATABASE_URL": url}
    assert "priority-hub init" in run(older, "upgrade").stderr
    upgrade(url, to="0010")
    done = run(older, "upgrade")
    assert done.exit_code == 0, done.stderr
    assert f"revision 0010 -> {NEWEST}" in done.stdout
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    refused = run(older, "upgrade")
    assert refused.exit_code == 1
    assert "newer" in refused.stderr


def test_an_administrator_is_brought_in_at_the_console_once_and_the_log_tells(env: dict[str, str]) -> None:
    made = run(env, "administrator", "invite", "--email", "new-admin@example.jp", "--json")
    assert "/set-up/" in json.loads(made.stdout)["invitation"]
    again = run(env, "administrator", "invite", "--email", "new-admin@example.jp")
    assert again.exit_code == 1
    hub = open_instance(Config.from_env(env))
    with hub.db.reading() as session:
        account = queries.account_by_email(session, "new-admin@example.jp")
        assert account
        assert session.scalar(sa.select(Entry.number).where(Entry.subject_id == account.id))
    hub.db.dispose()
