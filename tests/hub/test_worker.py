"""The worker as a process: mail that leaves, work that fails without words, a stop that is clean."""

import ast
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.accounts.models import Role
from hub.core import outbox
from hub.core.config import Mail
from hub.core.db import Database, connect
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.demo.mailserver import LOOPBACK, delivered, free_port, mail_server
from hub.migrations.history import upgrade
from hub.worker import HANDLERS, LETTERS, Worker
from tests.support.authenticator import invited
from tests.support.browser import Browser

Start = Callable[..., "subprocess.Popen[str]"]
ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("priority-hub"))
TO = "contact@water.example.jp"
WORD = "kingfisher-7431"


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    folder = tmp_path / "mail"
    with mail_server(folder) as port:
        yield folder, port


def promise_letter(db: Database, now: datetime) -> None:
    letter = min(LETTERS)
    with db.transaction() as session:
        outbox.promise(session, "letter", now=now, letter=letter, to=TO, path="/applications/1")


def jobs(db: Database, kind: str = "letter") -> list[Job]:
    with db.reading() as session:
        return list(session.scalars(sa.select(Job).where(Job.kind == kind)))


def wait_for(happened: Callable[[], bool], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def promises(call: str, argument: str | int) -> set[str]:
    """Return the words with which our source makes promises: a positional argument or a keyword."""
    found = set()
    for package in ("hub", "keys", "sectors", "nda", "feeds"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == call:
                    values = [word.value for word in node.keywords if word.arg == argument]
                    values += node.args[argument : argument + 1] if isinstance(argument, int) else []
                    found |= {str(each.value) for each in values if isinstance(each, ast.Constant)}
    return found


def test_every_kind_of_promise_in_the_source_has_somebody_who_keeps_it() -> None:
    kinds = promises("outbox.promise", 1)
    assert kinds
    assert kinds - set(HANDLERS) == set()


def test_every_letter_that_is_promised_has_its_words() -> None:
    letters = promises("outbox.promise", "letter")
    assert letters
    assert letters - set(LETTERS) == set()


def test_a_worker_process_sends_the_letter_and_stops_when_told(
    tmp_path: Path, mailbox: tuple[Path, int], started: Start
) -> None:
    folder, port = mailbox
    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    upgrade(url)
    process = started(COMMAND, "worker", env=environment_in(tmp_path, port))
    engine = connect(url)
    promise_letter(Database(engine), datetime.now(UTC))
    wait_for(lambda: process.poll() is not None or any(job.done_at for job in jobs(Database(engine))))
    engine.dispose()
    process.terminate()
    _, log = process.communicate(timeout=15)
    assert process.returncode == 0
    [mail] = list(delivered(folder))
    assert mail.to == (TO,)
    assert "http://localhost:8000/applications/1" in mail.message.get_content()
    assert all(json.loads(line)["message"] for line in log.splitlines())
    assert TO not in log


def environment_in(folder: Path, port: int) -> dict[str, str]:
    (folder / "secrets").mkdir()
    for name in ("kek", "token-key"):
        (folder / "secrets" / name).write_bytes(bytes(32))
        (folder / "secrets" / name).chmod(0o400)
    return {
        "HUB_INSTANCE": str(folder),
        "HUB_SMTP_HOST": LOOPBACK,
        "HUB_SMTP_PORT": str(port),
        "HUB_SMTP_TLS": "none",
        "PATH": os.environ["PATH"],
    }


def test_a_worker_that_starts_before_its_database_waits_for_it(tmp_path: Path, started: Start) -> None:
    url = f"postgresql://{LOOPBACK}:{free_port()}/hub"
    process = started(COMMAND, "worker", env=environment_in(tmp_path, 25) | {"HUB_DATABASE_URL": url})
    assert process.stderr
    told = next(line for line in process.stderr if "the database does not answer" in line)
    assert json.loads(told)["level"] == "error"
    assert process.poll() is None
    process.terminate()
    assert process.wait(timeout=15) == 0


def at_mail(instance: Instance, port: int) -> Instance:
    mail = Mail(host=LOOPBACK, port=port, tls="none", sender="hub@hub.example.jp", timeout=5)
    return replace(instance, config=replace(instance.config, mail=mail))


def test_an_invitation_goes_out_with_a_link_that_works(
    instance: Instance, mailbox: tuple[Path, int], browser: Browser
) -> None:
    folder, port = mailbox
    account, _ = invited(instance, Role.APPLICANT)
    worker = Worker(at_mail(instance, port))
    while worker.work_one():
        pass
    [mail] = list(delivered(folder))
    assert mail.to == (account.email,)
    [link] = {line for line in mail.message.get_content().splitlines() if "/set-up/" in line}
    path = link.removeprefix(instance.config.base_url)
    assert browser.get(path).status_code == 200
    with instance.db.reading() as session:
        values = str([job.values for job in session.scalars(sa.select(Job))])
    assert path.rpartition("/")[2] not in values


def test_a_letter_waits_while_the_mail_server_is_away(instance: Instance) -> None:
    promise_letter(instance.db, instance.clock())
    worker = Worker(instance)
    assert worker.work_one()
    assert not worker.work_one()
    [job] = jobs(instance.db)
    assert (job.done_at, job.dead_at, job.attempts) == (None, None, 1)
    assert job.due_at > instance.clock()


def test_a_job_that_fails_tells_the_type_of_its_error_and_none_of_its_words(
    instance: Instance, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(hub: Instance, values: object, now: datetime) -> None:  # noqa: ARG001 - a handler's signature
        raise ValueError(WORD)

    monkeypatch.setitem(HANDLERS, "hostile", fail)
    with instance.db.transaction() as session:
        outbox.promise(session, "hostile", now=instance.clock())
    promise_letter(instance.db, instance.clock())
    worker = Worker(instance)
    with caplog.at_level(logging.INFO):
        assert worker.work_one()
        assert worker.work_one()  # one hostile job stops nothing that others are due
    [hostile, letter] = [*jobs(instance.db, "hostile"), *jobs(instance.db)]
    assert hostile.problem == "ValueError"
    assert letter.attempts == 1
    assert WORD not in str([record.getMessage() for record in caplog.records])


def test_a_promise_that_nobody_keeps_stays_visible(instance: Instance) -> None:
    with instance.db.transaction() as session:
        outbox.promise(session, "unheard-of", now=instance.clock())
    Worker(instance).work_one()
    [job] = jobs(instance.db, "unheard-of")
    assert (job.problem, job.done_at) == ("KeyError", None)
