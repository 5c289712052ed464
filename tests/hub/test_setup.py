"""`priority-hub init`, as a process of its own: what it makes, shows once, and refuses to make twice."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.accounts import queries
from hub.accounts.models import OrganisationKind, Role
from hub.core.config import Config
from hub.core.instance import open_instance
from hub.migrations import history
from hub.setup import initialise
from tests.keys.workshop import GPG

COMMAND = str(Path(sys.executable).with_name("priority-hub"))
SECRETS = {"kek", "token-key", "session-key"}


@dataclass(frozen=True)
class Made:
    """An instance that `init` made, and what it said."""

    folder: Path
    told: str

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return run(self.folder, *arguments)


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    env = {"HUB_INSTANCE": str(folder), "PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run([COMMAND, *arguments], env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made") / "instance"
    answer = run(folder, "init", "--administrator", "admin@example.jp", "--json")
    assert answer.returncode == 0, answer.stderr
    return Made(folder, answer.stdout)


def test_the_secrets_are_for_their_owner_alone(made: Made) -> None:
    files = {path.name: path for path in (made.folder / "secrets").iterdir()}
    assert set(files) == SECRETS
    assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o400}
    assert len({path.read_bytes() for path in files.values()}) == 3
    assert made.folder.stat().st_mode & 0o077 == 0


def test_the_database_is_at_head_with_sectors_and_the_two_houses(made: Made) -> None:
    hub = open_instance(Config.from_env({"HUB_INSTANCE": str(made.folder)}))
    assert isinstance(hub.db.bind, sa.Engine)
    with hub.db.bind.connect() as connection:
        assert history.at_head(connection)
        assert connection.execute(sa.text("SELECT count(*) FROM sector")).scalar_one() > 10
    with hub.db.reading() as session:
        assert queries.organisation(session, OrganisationKind.IPA)
        [administrator] = queries.accounts(session)
    assert (administrator.email, administrator.role) == ("admin@example.jp", Role.ADMINISTRATOR)
    hub.db.dispose()


def test_the_certificate_is_public_and_the_primary_key_lies_sealed_apart(made: Made) -> None:
    certificate = (made.folder / "hub-certificate.asc").read_text()
    assert "BEGIN PGP PUBLIC KEY BLOCK" in certificate
    assert "PRIVATE" not in certificate
    escrow = (made.folder / "escrow" / "primary-key.enc").read_bytes()
    assert b"PRIVATE KEY BLOCK" not in escrow


def test_the_recovery_code_is_shown_once_and_stands_nowhere(made: Made) -> None:
    told = json.loads(made.told)
    code = told["recovery_code"]
    assert made.told.count(code) == 1
    for path in made.folder.rglob("*"):
        if path.is_file():
            assert code.encode() not in path.read_bytes(), path
            assert told["invitation"].rpartition("/")[2].encode() not in path.read_bytes(), path


def test_a_second_init_changes_nothing_and_says_so_in_one_line(made: Made) -> None:
    before = {
        path: path.read_bytes()
        for path in made.folder.rglob("*")
        if path.is_file() and "gnupg" not in str(path)
    }
    again = made.run("init")
    assert again.returncode == 1
    assert again.stdout == ""
    [line] = again.stderr.splitlines()
    assert "holds an instance already" in line
    assert before == {path: path.read_bytes() for path in before}


def test_people_read_where_the_primary_key_lies_and_what_opens_it(tmp_path: Path) -> None:
    answer = run(tmp_path / "instance", "init")
    assert answer.returncode == 0, answer.stderr
    assert "shown only now" in answer.stdout
    assert str(tmp_path / "instance" / "escrow") in answer.stdout
    assert "administrator sets up" not in answer.stdout


def test_an_init_that_fails_half_way_leaves_the_next_one_a_free_hand(tmp_path: Path) -> None:
    broken = Config(instance=tmp_path / "hub", database_url=f"sqlite:///{tmp_path}/hub.sqlite", gpg="/no/gpg")
    with pytest.raises(OSError, match="gpg"):
        initialise(broken, administrator=None, now=datetime.now(UTC))
    made = initialise(replace(broken, gpg=GPG), administrator=None, now=datetime.now(UTC))
    assert made.escrow.exists()
