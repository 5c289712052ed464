"""What comes back into a mailbox on another machine: read by IMAP over TLS from Dovecot."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from feeds.delivery import bounces
from feeds.delivery.states import State
from hub.core.returns import Bounces, Imap
from hub.demo.mailserver import LOOPBACK, delivered
from tests.support.delivery import World
from tests.support.mailbox import Mailbox, dovecot
from tests.support.reports import report
from tests.support.tls import made_certificate

pytestmark = pytest.mark.soak  # Dovecot takes its time

PASSWORD = "kingfisher-over-the-weir"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with tempfile.TemporaryDirectory(prefix="hub-test-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Dovecot's processes are other users where we are root
        certificate = made_certificate(folder, LOOPBACK)
        (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with dovecot(folder, certificate=certificate, key=certificate, password=PASSWORD) as served:
            yield served


@pytest.fixture
def told(world: World, mailbox: Mailbox) -> World:
    """The world with that mailbox for what comes back."""
    at = Imap(
        host=LOOPBACK,
        port=mailbox.port,
        username="bounce",
        password_file=mailbox.maildir.parent / "password",
    )
    config = replace(world.hub.config, bounces=Bounces(at=at, address="bounce@hub.example.jp"))
    return replace(world, hub=replace(world.hub, config=config))


def put(mailbox: Mailbox, name: str, mail: bytes) -> None:
    file = mailbox.maildir / "new" / name
    file.write_bytes(mail)
    if os.getuid() == 0:
        shutil.chown(file, "mail", "mail")


def seen(mailbox: Mailbox) -> list[str]:
    """Return which mails bear the flag that they were looked at."""
    names = (each.name for each in (mailbox.maildir / "cur").iterdir())
    return sorted(name.partition(":")[0] for name in names if "S" in name.partition(":2,")[2])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_report_in_a_mailbox_elsewhere_is_noted_once_and_stays_there_for_people(
    told: World, mailbox: Mailbox
) -> None:
    release = told.release()
    told.work()
    sent = list(delivered(told.seat.post.folder, told.contact().email))[-1]
    put(mailbox, "1.report", report(to=str(sent.message["Return-Path"]).strip("<>")))
    put(mailbox, "2.other", b"Subject: hello\r\n\r\nno report\r\n")
    for _ in range(2):
        bounces.read_returned(told.hub, {}, told.hub.clock())
        mailing = told.mailing(release)
        assert (mailing.state, mailing.bounce_code) == (State.REFUSED, "5.1.1")
        assert seen(mailbox) == ["1.report", "2.other"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_mailbox_that_refuses_or_whose_certificate_is_strange_is_logged_and_tried_again(
    told: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert told.hub.config.bounces
    (mailbox.maildir.parent / "password").write_text("wrong", encoding="utf-8")
    bounces.read_returned(told.hub, {}, told.hub.clock())
    monkeypatch.delenv("SSL_CERT_FILE")
    bounces.read_returned(told.hub, {}, told.hub.clock())
    assert len([each for each in caplog.records if each.name == bounces.__name__]) == 2
    assert "wrong" not in caplog.text
