"""A small year, played: who is in it can sign in, and the pages that a year fills have something to show."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from hub.accounts import queries as accounts
from hub.app import build_app
from hub.cli import main
from hub.core.config import Config, Mail
from hub.core.instance import Instance, open_instance
from hub.demo import play_year
from tests.support.browser import Browser

pytestmark = pytest.mark.soak
FILLED = {
    "coordinator1@jpcert.example.jp": (
        "/advisories",
        "/bodies",
        "/delivery",
        "/drills",
        "/figures?period=",
        "/incidents",
        "/questions",
        "/survey-results",
    ),
    "reviewer@ipa.example.jp": ("/review", "/figures?period=", "/survey-results", "/incidents"),
    "contact@isac1.ict.example.jp": ("/notices", "/notices/receipts", "/figures/ours?period=", "/surveys"),
    "auditor@jpcert.example.jp": ("/log",),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("year")
    play_year(folder, bodies=4, notices=3, seed=7)
    return folder


@pytest.fixture
def hub(place: Path) -> Iterator[Instance]:
    mail = Mail(tls="none", port=1, sender="priority@hub.example.jp")
    url = f"sqlite:///{place / 'hub' / 'hub.sqlite'}"
    config = Config(instance=place / "hub", database_url=url, base_url="http://localhost:8000", mail=mail)
    opened = open_instance(config)
    yield opened
    opened.db.dispose()


@pytest.fixture
def app(hub: Instance) -> Flask:
    return build_app(hub, secret_key=b"s" * 32)


def test_everybody_of_the_year_is_written_down_for_its_owner_alone(place: Path) -> None:
    file = place / "recipients" / "people.csv"
    assert file.stat().st_mode & 0o077 == 0
    roles = [row["role"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
    assert roles.count("coordinator") == 2
    assert roles.count("contact") == 4


@pytest.mark.parametrize("email", FILLED)
def test_pages_show_what_the_year_left(hub: Instance, app: Flask, email: str) -> None:
    with hub.db.reading() as session:
        account = accounts.account_by_email(session, email)
    browser = Browser(app)
    browser.sign_in(hub, account)
    for path in FILLED[email]:
        page = browser.soup(path)
        assert page.select_one("main table tbody tr, main li, main dl"), path


def test_the_log_of_the_year_is_whole(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_INSTANCE", str(place / "hub"))
    answer = CliRunner().invoke(main, ["audit", "verify"])
    assert answer.exit_code == 0, answer.output
