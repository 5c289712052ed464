"""Refusals and faults: one page each, an id for the operator, and nothing of what went wrong inside."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.accounts.models import Role
from hub.app import build_app
from hub.core.db import Database
from hub.core.errors import (
    ConflictError,
    HubError,
    IllegalMoveError,
    InputError,
    NotAllowedError,
    NotFoundError,
)
from hub.core.instance import Instance
from hub.core.vault import SealBrokenError
from hub.migrations.history import upgrade
from hub.web.access import anyone
from tests.support.browser import Browser

WORD = "kingfisher-7431"


def raising(app: Flask, error: Exception) -> Flask:
    def fail() -> str:
        raise error

    app.add_url_rule("/raises", "raises", anyone(fail))
    return app


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError("x"), 404),
        (NotAllowedError("x"), 403),
        (IllegalMoveError("x"), 409),
        (ConflictError("x"), 409),
        (InputError({"name": "x"}), 422),
    ],
)
def test_each_refusal_has_its_status(app: Flask, error: HubError, status: int) -> None:
    assert raising(app, error).test_client().get("/raises").status_code == status


def test_a_refused_move_tells_people_to_look_anew_and_not_the_name_of_the_move(app: Flask) -> None:
    client = raising(app, IllegalMoveError("cannot preview when released")).test_client()
    answer = client.get("/raises", headers={"Accept-Language": "ja"})
    assert "cannot preview" not in answer.text
    assert "現在の状態をご確認ください" in answer.text


def test_a_missing_page_and_one_that_may_not_be_known_look_the_same(app: Flask) -> None:
    client = raising(app, NotFoundError(f"no body {WORD}")).test_client()
    missing, hidden = client.get("/nowhere"), client.get("/raises")
    strip = re.compile(r"[0-9a-f]{12}|nowhere|raises")
    assert strip.sub("", missing.text) == strip.sub("", hidden.text)
    assert WORD not in hidden.text


@pytest.mark.parametrize(
    "error", [ValueError(WORD), KeyError(WORD), SealBrokenError(WORD), RuntimeError(WORD), OSError(WORD)]
)
def test_a_fault_shows_an_id_that_stands_in_the_log_and_not_the_exception(
    app: Flask, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    answer = raising(app, error).test_client().get("/raises")
    assert answer.status_code == 500
    assert WORD not in answer.text
    assert type(error).__name__ not in answer.text
    [told] = [record for record in caplog.records if record.message == "fault"]
    assert told.__dict__["fault"] in answer.text


def test_the_page_of_a_fault_needs_no_database(
    instance: Instance, client_as: Callable[..., Browser], app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    browser = client_as(Role.REVIEWER)
    app.extensions["hub"] = type(instance)(
        config=instance.config,
        db=Database(sa.create_engine("sqlite:////nowhere/at/all.sqlite")),
        vault=instance.vault,
        token_key=instance.token_key,
        clock=instance.clock,
    )
    for path in ("/", "/review", "/nowhere"):
        answer = browser.get(path)
        assert answer.status_code == 500
        assert "nowhere/at/all" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert caplog.records


def test_the_web_process_writes_faults_as_lines_without_their_text(tmp_path: Path) -> None:
    program = (
        "import wsgi\n"
        "from hub.web.access import anyone\n"
        "def fail():\n"
        f"    raise ValueError('{WORD}')\n"
        "wsgi.app.add_url_rule('/raises', 'raises', anyone(fail))\n"
        "print(wsgi.app.test_client().get('/raises').status_code)\n"
    )
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in ("kek", "token-key", "session-key"):
        (secrets / name).write_bytes(bytes(32))
        (secrets / name).chmod(0o400)
    upgrade(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={"HUB_INSTANCE": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert run.stdout.strip() == "500"
    assert [json.loads(line)["message"] for line in run.stderr.splitlines()] == ["fault"]
    assert WORD not in run.stderr


def test_a_wrong_method_is_told_which_ones_there_are(browser: Browser) -> None:
    answer = browser.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]  # RFC 9110, 15.5.6


def test_a_request_that_is_too_large_is_refused(browser: Browser) -> None:
    answer = browser.client.post("/sign-in", data=b"", headers={"Content-Length": str(61 * 1024 * 1024)})
    assert answer.status_code in {400, 413}


def test_an_application_with_a_short_session_key_does_not_start(instance: Instance) -> None:
    with pytest.raises(HubError, match="32 bytes"):
        build_app(instance, secret_key=b"dev")
