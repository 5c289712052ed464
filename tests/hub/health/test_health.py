"""What watches over the hub: is it alive, can it serve, what does Prometheus read, which id has a request."""

import json
import logging
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.app import build_app
from hub.core import audit, outbox
from hub.core.audit import THE_HUB
from hub.core.db import Database
from hub.core.instance import Instance
from hub.core.log import JsonLines
from hub.demo.mailserver import LOOPBACK, free_port
from hub.health import exposition
from hub.migrations.history import upgrade
from hub.migrations.newest import NEWEST
from hub.web.access import anyone
from hub.web.gunicorn_log import ConstantLines
from hub.web.request_ids import request_facts
from tests.support.browser import Browser

ROOT = Path(__file__).parents[3]
SECRET_PATH = "/set-up/kingfisher-7431"


def without_database(instance: Instance) -> Instance:
    return replace(instance, db=Database(sa.create_engine("sqlite:////nowhere/at/all.sqlite")))


def read(page: bytes) -> dict[str, float]:
    """Return the values of a page of metrics by name, of one without labels."""
    lines = [line.split() for line in page.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_a_hub_that_serves_says_so_to_everybody(browser: Browser) -> None:
    for path, word in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        answer = browser.get(path)
        assert (answer.status_code, answer.text) == (200, word)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_without_its_database_it_lives_and_is_not_ready(instance: Instance, app: Flask) -> None:
    app.extensions["hub"] = without_database(instance)
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "database\n")


def test_at_another_revision_it_is_not_ready(instance: Instance, browser: Browser) -> None:
    with instance.db.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "migrations\n")


def test_metrics_tell_what_waits(instance: Instance) -> None:
    now = instance.clock()
    with instance.db.transaction() as session:
        outbox.promise(session, "letter", now=now - timedelta(hours=1), to="a")
        outbox.promise(session, "letter", now=now, to="b")
        outbox.promise(session, "letter", now=now, due_at=now + timedelta(days=1), to="c")
        audit.record(session, "backup.made", by=THE_HUB, now=now + timedelta(hours=1))
    told = read(exposition.page(instance))
    assert told["priority_hub_database_up"] == 1
    assert told["priority_hub_outbox_due_jobs"] == 2
    assert told["priority_hub_outbox_oldest_due_seconds"] == 3600
    assert told["priority_hub_clock_behind_seconds"] == 3600  # as after a clock that jumped back
    assert told["priority_hub_last_backup_timestamp_seconds"] == (now + timedelta(hours=1)).timestamp()
    assert "priority_hub_last_heartbeat_timestamp_seconds" not in told  # there was none


def test_without_the_database_metrics_tell_that_and_the_rest(instance: Instance) -> None:
    told = read(exposition.page(without_database(instance)))
    assert told["priority_hub_database_up"] == 0
    assert "priority_hub_outbox_due_jobs" not in told
    assert "priority_hub_faults_total" in told


def test_metrics_are_on_their_own_port_alone_whatever_headers_say(instance: Instance) -> None:
    config = replace(instance.config, metrics=("127.0.0.1", 9464), proxy_hops=1)
    client = build_app(replace(instance, config=config), secret_key=b"s" * 32).test_client()
    there: dict[str, Any] = {"environ_overrides": {"SERVER_PORT": "9464"}}
    assert b"priority_hub_taxii_seconds" in client.get("/metrics", **there).data
    assert client.get("/", **there).status_code == 404
    assert client.post("/metrics", **there).status_code == 404
    lying = {"Host": "localhost:9464", "X-Forwarded-Host": "localhost:9464", "X-Forwarded-Port": "9464"}
    assert client.get("/metrics", headers=lying).status_code == 404


def test_the_time_of_each_taxii_request_is_counted(app: Flask) -> None:
    def seen() -> float:
        found = re.search(
            rb'priority_hub_taxii_seconds_count\{endpoint="discover"\} (\S+)',
            exposition.page(app.extensions["hub"]),
        )
        return float(found[1]) if found else 0

    before = seen()
    assert app.test_client().get("/taxii2/").status_code == 401
    assert seen() == before + 1


def failing(instance: Instance, hops: int) -> Flask:
    app = build_app(replace(instance, config=replace(instance.config, proxy_hops=hops)), secret_key=b"s" * 32)

    def fail() -> str:
        raise ValueError("kingfisher-7431")

    app.add_url_rule("/raises", "raises", anyone(fail))
    return app


@pytest.mark.parametrize(
    ("hops", "given", "taken"),
    [
        (1, "f3a9c2d4e5b60718", True),
        (0, "f3a9c2d4e5b60718", False),  # nobody but the proxy chooses what stands in the log
        (1, "short", False),
        (1, '"},{"level":"info"', False),
        (1, "x" * 65, False),
    ],
)
def test_the_proxys_request_id_is_on_the_page_of_an_error_and_in_the_log(
    instance: Instance, hops: int, given: str, caplog: pytest.LogCaptureFixture, *, taken: bool
) -> None:
    caplog.handler.setFormatter(JsonLines(request_facts))
    answer = failing(instance, hops).test_client().get("/raises", headers={"X-Request-ID": given})
    [line] = [json.loads(each) for each in caplog.text.splitlines() if '"fault"' in each]
    assert line["request"] in answer.text
    assert (line["request"] == given) is taken
    assert given in answer.text or not taken


def test_gunicorn_tells_what_went_wrong_and_not_at_which_address() -> None:
    record = logging.makeLogRecord({"msg": "Error handling request %s", "args": (SECRET_PATH,)})
    written = json.loads(ConstantLines().format(record))
    assert written["message"] == "Error handling request %s"
    assert SECRET_PATH not in json.dumps(written)


def test_the_newest_revision_is_the_head_of_the_history() -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - only here

    from hub.migrations.history import FOLDER  # noqa: PLC0415 - likewise

    assert ScriptDirectory(str(FOLDER)).get_heads() == [NEWEST]


@pytest.mark.soak
def test_several_web_processes_are_counted_together_on_a_port_of_their_own(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in ("kek", "token-key", "session-key"):
        (secrets / name).write_bytes(bytes(32))
        (secrets / name).chmod(0o400)
    upgrade(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    web, metrics = free_port(), free_port()
    env = {
        "HUB_INSTANCE": str(tmp_path),
        "HUB_METRICS": f"{LOOPBACK}:{metrics}",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
    }
    program = [sys.executable, "-c", "from hub.cli import main; main()", "serve", "--workers", "2"]
    with subprocess.Popen([*program, "--bind", f"{LOOPBACK}:{web}"], env=env, cwd=ROOT) as served:
        try:
            _until_it_answers(f"http://{LOOPBACK}:{metrics}/metrics")
            for _ in range(20):
                with pytest.raises(urllib.error.HTTPError):
                    urllib.request.urlopen(f"http://localhost:{web}/taxii2/", timeout=5)
            page = urllib.request.urlopen(f"http://{LOOPBACK}:{metrics}/metrics", timeout=5).read()
            assert b'priority_hub_taxii_seconds_count{endpoint="discover"} 20.0' in page
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://localhost:{web}/metrics", timeout=5)
        finally:
            served.terminate()


def _until_it_answers(url: str) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).read()  # noqa: S310 - on loopback, by http
        except OSError:
            assert time.monotonic() < end, "it does not answer"
            time.sleep(0.1)
        else:
            return
