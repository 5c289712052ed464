"""The doctor: a good word for a hub that is well, and the right one for each thing that is not."""

import json
import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click.testing
import pytest
import sqlalchemy as sa

from hub.cli import main
from hub.core import audit, outbox
from hub.core.audit import THE_HUB
from hub.core.config import Config, Mail
from hub.core.instance import open_instance
from hub.core.outbox import Job
from hub.demo.mailserver import LOOPBACK, free_port, mail_server
from hub.doctor import machine
from hub.doctor.finding import Finding, State
from hub.doctor.hub import judged
from hub.doctor.looking import look
from hub.health.figures import Figures
from hub.setup import initialise
from keys.homes import stop_agent
from tests.keys.workshop import GPG

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
WELL = Figures(
    due=0,
    oldest_due=timedelta(),
    failing=0,
    dead=0,
    held=0,
    receiving=4,
    agreements_ending=0,
    certificates_ending=0,
    heartbeat_at=NOW,
    heartbeats_overdue=0,
    backup_at=NOW,
    behind=timedelta(),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """An instance as `init` makes it, and a mail server."""
    folder = tmp_path_factory.mktemp("made")
    with mail_server(folder / "mail") as port:
        mail = Mail(host=LOOPBACK, port=port, tls="none", sender="hub@hub.example.jp")
        url = f"sqlite:///{folder / 'instance' / 'hub.sqlite'}"
        config = Config(instance=folder / "instance", database_url=url, gpg=GPG, mail=mail)
        initialise(config, administrator=None, now=datetime.now(UTC))
        yield config
        stop_agent(config.signing_home, gpg=GPG)


def looked(config: Config, now: datetime | None = None) -> dict[str, Finding]:
    return {each.name: each for each in look(config, now=now or datetime.now(UTC))}


def states(found: dict[str, Finding]) -> dict[str, str]:
    return {name: str(each.state) for name, each in found.items() if each.state is not State.GOOD}


def test_of_a_new_hub_only_what_people_must_still_do_is_told(made: Config) -> None:
    assert states(looked(made)) == {"signers": "warning", "backup": "warning"}


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({"gpg": "/no/such/gpg"}, "gpg", "install GnuPG"),
        ({"gpg": "/bin/true"}, "gpg", "another program"),
        ({"secrets_folder": Path("/nowhere")}, "secrets", "token-key is missing"),
        ({"database_url": "sqlite:////nowhere/hub.sqlite"}, "database", "is not there"),
        ({"database_url": "postgresql://nobody@127.0.0.1:1/hub"}, "database", "does not answer"),
        ({"mail": Mail(host=LOOPBACK, port=1, tls="none")}, "smtp", "ConnectionRefusedError"),
        ({"rate_storage": "redis://127.0.0.1:1"}, "rate counters", "does not answer"),
        ({"backup_certificate": Path("/nowhere")}, "backup", "cannot be read"),
    ],
)
def test_what_is_missing_is_bad_and_the_rest_is_looked_at_all_the_same(
    made: Config, changes: dict[str, object], name: str, words: str
) -> None:
    fields = {each: getattr(made, each) for each in Config.__slots__}
    found = looked(Config(**fields | changes))
    assert found[name].state is State.BAD
    assert words in found[name].text
    assert {"gpg", "secrets", "signing key", "smtp", "disk"} <= set(found)


def test_a_secret_that_others_can_read_and_one_that_can_be_written_to_are_told(made: Config) -> None:
    file = made.secrets / "token-key"
    for mode, state in ((0o440, State.BAD), (0o600, State.WARNING), (0o400, State.GOOD)):
        file.chmod(mode)
        assert looked(made)["secrets"].state is state


def test_a_signing_home_that_others_can_enter_is_told(made: Config) -> None:
    made.signing_home.chmod(0o750)
    assert looked(made)["signing home"].state is State.BAD
    made.signing_home.chmod(0o700)
    assert machine.signing_home(replace(made, instance=Path("/nowhere"))).state is State.BAD


def test_the_signing_subkey_is_told_before_it_ends_and_when_it_has(made: Config) -> None:
    year = datetime.now(UTC) + timedelta(days=440)
    assert looked(made, year)["signing key"].state is State.WARNING
    assert "keys rotate" in looked(made, year + timedelta(days=90))["signing key"].text
    assert looked(made, year + timedelta(days=90))["signing key"].state is State.BAD


def test_a_database_of_another_revision_is_told(made: Config) -> None:
    engine = sa.create_engine(made.database_url)
    with engine.begin() as connection:
        [before] = connection.scalars(sa.text("SELECT version_num FROM alembic_version"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        assert "priority-hub upgrade" in looked(made)["migrations"].text
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = :v"), {"v": before})
        engine.dispose()


def test_a_clock_that_jumped_back_an_hour_is_told_and_is_well_again_when_it_is_right(made: Config) -> None:
    hub = open_instance(made)
    with hub.db.transaction() as session:
        audit.record(session, "something", by=THE_HUB, now=datetime.now(UTC))
    hub.db.dispose()
    assert looked(made, datetime.now(UTC) - timedelta(hours=1))["clock"].state is State.BAD
    assert looked(made)["clock"].state is State.GOOD


@pytest.mark.parametrize(
    ("changes", "name", "state"),
    [
        ({}, "", "good"),
        ({"oldest_due": timedelta(minutes=5), "due": 3}, "outbox", "warning"),
        ({"oldest_due": timedelta(hours=1), "due": 3}, "outbox", "bad"),
        ({"failing": 2}, "outbox", "warning"),
        ({"dead": 1}, "dead letters", "bad"),
        ({"held": 2}, "held", "warning"),
        ({"agreements_ending": 1}, "agreements", "warning"),
        ({"certificates_ending": 1}, "certificates", "warning"),
        ({"heartbeats_overdue": 1}, "heartbeats", "bad"),
        ({"behind": timedelta(hours=1)}, "clock", "bad"),
    ],
)
def test_each_figure_is_judged(made: Config, changes: dict[str, object], name: str, state: str) -> None:
    found = {each.name: each for each in judged(replace(WELL, **changes), made, now=NOW)}  # type: ignore[arg-type] # its own fields
    wanted = {"backup": "warning"} | ({name: state} if name else {})
    assert states(found) == wanted


def test_little_space_is_told(made: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, state in ((1 << 40, State.GOOD), (1 << 29, State.WARNING), (1 << 20, State.BAD)):
        usage = type("usage", (), {"free": free})
        monkeypatch.setattr(shutil, "disk_usage", lambda _, usage=usage: usage)
        assert next(machine.disks(made)).state is state


def test_the_mail_server_is_greeted_and_gets_no_mail(made: Config) -> None:
    assert looked(made)["smtp"].state is State.GOOD
    silent = socket.create_server((LOOPBACK, free_port()))
    with silent:  # takes the connection, and says nothing
        mail = replace(made.mail, port=silent.getsockname()[1])
        assert machine.mail(replace(made, mail=mail), patience=0.3).state is State.BAD


def test_the_command_writes_lines_or_json_and_exits_with_one_if_anything_is_bad(made: Config) -> None:
    env = {
        "HUB_INSTANCE": str(made.instance),
        "HUB_SMTP_HOST": LOOPBACK,
        "HUB_SMTP_PORT": str(made.mail.port),
        "HUB_SMTP_TLS": "none",
    }
    answer = click.testing.CliRunner().invoke(main, ["doctor"], env=env)
    assert answer.exit_code == 0, answer.stdout
    assert all(line.split()[0] in {"good", "warning", "bad"} for line in answer.stdout.splitlines())
    told = json.loads(click.testing.CliRunner().invoke(main, ["doctor", "--json"], env=env).stdout)
    assert told["good"] is True
    assert {"name": "signers", "state": "warning"}.items() <= told["checks"][4].items()
    away = click.testing.CliRunner().invoke(main, ["doctor"], env=env | {"HUB_SMTP_PORT": "1"})
    assert away.exit_code == 1
    assert "bad      smtp: 127.0.0.1:1 does not take mail" in away.stdout


def test_what_waits_in_a_real_database_is_counted(made: Config) -> None:
    hub, late = open_instance(made), datetime.now(UTC) - timedelta(hours=1)
    with hub.db.transaction() as session:
        outbox.promise(session, "letter", now=late, to="somebody")
    assert looked(made)["outbox"].state is State.BAD
    with hub.db.transaction() as session:
        session.execute(sa.update(Job).values(dead_at=late))
    found = looked(made)
    assert (found["outbox"].state, found["dead letters"].state) == (State.GOOD, State.BAD)
    with hub.db.transaction() as session:
        session.execute(sa.delete(Job))
    hub.db.dispose()
