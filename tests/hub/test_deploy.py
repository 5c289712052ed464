"""The examples of docs/deploy: they are well formed, and name only what there is."""

import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote
from wsgiref.simple_server import WSGIRequestHandler, make_server

import click.testing
import pytest
import requests
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from feeds.collections.origin import shows
from hub.cli import main
from hub.core import metrics
from hub.core.config import Config
from hub.demo.mailserver import LOOPBACK, free_port
from hub.health import exposition
from tests.support.tls import made_certificate
from tests.support.variables import Recording

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
METRIC = re.compile(r"\bpriority_hub_\w+")
HEADER = "X-Client-Certificate"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def environment() -> dict[str, str]:
    lines = (DEPLOY / "environment").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """Its programs lie elsewhere on the machine of the tests."""
    for unit in UNITS:
        written = unit.read_text().replace("/opt/hub/bin/priority-hub", "/bin/true")
        (tmp_path / unit.name).write_text(written)
    files = [str(tmp_path / unit.name) for unit in UNITS]
    looked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    own = [line for line in looked.stderr.splitlines() if "priority-hub" in line]
    assert (looked.returncode, own) == (0, [])


@pytest.mark.parametrize(
    "unit", [each for each in UNITS if each.suffix == ".service"], ids=lambda each: each.name
)
def test_each_unit_runs_a_command_that_there_is_as_a_user_without_rights(unit: Path) -> None:
    written = unit.read_text()
    started = re.search(r"/opt/hub/bin/priority-hub (\w+)((?: --\w+ \S+)*)", written)
    assert started
    answer = click.testing.CliRunner().invoke(main, [started[1], "--help"])
    assert answer.exit_code == 0
    assert all(option in answer.output for option in re.findall(r"--\w+", started[2]))
    assert re.search(r"^User=hub-(web|worker)$", written, re.MULTILINE)
    for line in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "SystemCallFilter=",
    ):
        assert line in written
    given = set(re.findall(r"^LoadCredential=([\w-]+):/etc/priority-hub/secrets/\1$", written, re.MULTILINE))
    assert given == {"token-key", "kek"} | ({"session-key"} if "User=hub-web" in written else set())


def test_the_web_process_cannot_enter_the_workers_folder_and_writes_nowhere_else() -> None:
    written = (DEPLOY / "systemd" / "priority-hub-web.service").read_text()
    instance = environment()["HUB_INSTANCE"]
    assert f"InaccessiblePaths={instance}/worker\n" in written
    [writable] = re.findall(r"^ReadWritePaths=(.*)$", written, re.MULTILINE)
    assert environment()["HUB_DATABASE_URL"].startswith(f"sqlite:///{writable}/")


def test_the_environment_makes_a_configuration() -> None:
    config = Config.from_env(environment())
    assert config.https
    assert config.client_certificate_header == HEADER
    asked = Recording(environment())
    Config.from_env(asked)
    assert set(environment()) <= asked.names


def names() -> set[str]:
    """Return every metric as Prometheus knows it."""
    parts = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("_total",)}
    counted = {family.name + part for family in metrics.OWN.collect() for part in parts[family.type]}
    asked = {exposition.DATABASE_UP, exposition.KEY_ENDS} | {name for name, _, _ in exposition.GAUGES}
    return counted | {exposition.PREFIX + name for name in asked}


def test_alerts_and_dashboard_name_only_metrics_that_there_are_and_all_of_them() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len({each["alert"] for each in alerts}) == len(alerts)
    for each in alerts:
        assert each["annotations"]["summary"]
        assert each["annotations"]["action"]
        assert each["expr"].count("(") == each["expr"].count(")")
    board = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    there = names()
    in_alerts = set(METRIC.findall(" ".join(each["expr"] for each in alerts)))
    on_board = set(METRIC.findall(" ".join(shown)))
    assert in_alerts <= there
    assert on_board <= there
    assert {f"{exposition.PREFIX}{name}" for name, _, _ in exposition.GAUGES} <= on_board


def test_prometheus_asks_where_the_metrics_are() -> None:
    scraping = yaml.safe_load((DEPLOY / "prometheus" / "scrape.yml").read_text())
    [job] = scraping["scrape_configs"]
    assert job["static_configs"][0]["targets"] == [environment()["HUB_METRICS"]]
    assert f'job="{job["job_name"]}"' in (DEPLOY / "prometheus" / "alerts.yml").read_text()


def test_the_container_is_built_of_files_that_there_are_and_runs_without_rights() -> None:
    joined = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line.split() for line in joined.splitlines() if line and not line.startswith("#")]
    assert {line[0] for line in lines} <= {
        "FROM",
        "WORKDIR",
        "COPY",
        "RUN",
        "ENV",
        "USER",
        "EXPOSE",
        "ENTRYPOINT",
        "CMD",
    }
    copied = [line[1] for line in lines if line[0] == "COPY" and not line[1].startswith("--from")]
    assert all((ROOT / source).exists() for source in copied)
    assert ["USER", "4001:4000"] in lines
    named = set(re.findall(r"HUB_[A-Z_]+", joined))
    asked = Recording({})
    Config.from_env(asked)
    assert named <= asked.names


@contextmanager
def behind_nginx(folder: Path) -> Iterator[tuple[str, Path]]:
    """Run nginx with the example in front of a program that writes down the headers it got."""
    clear, port, behind = free_port(), free_port(), free_port()
    certificate = made_certificate(folder, LOOPBACK)
    written = (DEPLOY / "nginx" / "priority-hub.conf").read_text()
    for old, new in (
        ("127.0.0.1:8000", f"{LOOPBACK}:{behind}"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("listen 443 ", f"listen {LOOPBACK}:{port} "),
        ("listen 80;", f"listen {LOOPBACK}:{clear};"),
        ("/etc/priority-hub/tls/fullchain.pem", str(certificate)),
        ("/etc/priority-hub/tls/privkey.pem", str(certificate)),
        ("/etc/priority-hub/tls/client-ca.pem", str(certificate)),
        ("/var/log/nginx/priority-hub.log", f"{folder}/access.log"),
    ):
        assert old in written
        written = written.replace(old, new)
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ {places}\n{written} }}"
    )
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with (
        make_server(LOOPBACK, behind, told, handler_class=Quiet) as server,
        subprocess.Popen(command) as nginx,
    ):
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://{LOOPBACK}:{port}", certificate
        finally:
            nginx.terminate()
            server.shutdown()
            thread.join()


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def told(environ: dict[str, object], start: object) -> list[bytes]:
    start("200 OK", [("Content-Type", "application/json")])  # type: ignore[operator] # WSGI
    return [json.dumps({name: value for name, value in environ.items() if name.startswith("HTTP_")}).encode()]


def asked(
    url: str, certificate: Path, *, shown: bool, headers: dict[str, str] | None = None
) -> dict[str, str]:
    end = time.monotonic() + 10
    while True:
        try:
            answer = requests.get(
                url,
                headers=headers,
                verify=str(certificate),
                cert=str(certificate) if shown else None,
                timeout=5,
            )
            answer.raise_for_status()
            found: dict[str, str] = answer.json()
        except requests.ConnectionError:
            assert time.monotonic() < end, "nginx does not answer"
            time.sleep(0.05)
        else:
            return found


def test_nginx_hands_on_the_certificate_that_it_has_seen_and_nothing_that_was_made_up(tmp_path: Path) -> None:
    forged = {HEADER: "ab" * 32, "X-Request-ID": "made-up-by-somebody", "X-Forwarded-For": "192.0.2.1"}
    with behind_nginx(tmp_path) as (url, file):
        with_one = asked(f"{url}/set-up/kingfisher", file, shown=True, headers=forged)
        without = asked(url, file, shown=False, headers=forged)
    pinned = x509.load_pem_x509_certificate(file.read_bytes()).fingerprint(hashes.SHA256())
    assert shows(with_one["HTTP_X_CLIENT_CERTIFICATE"], pinned)
    assert "BEGIN CERTIFICATE" in unquote(with_one["HTTP_X_CLIENT_CERTIFICATE"])
    assert "HTTP_X_CLIENT_CERTIFICATE" not in without
    for each in (with_one, without):
        assert re.fullmatch("[0-9a-f]{32}", each["HTTP_X_REQUEST_ID"])
        assert each["HTTP_X_FORWARDED_FOR"] == LOOPBACK
        assert each["HTTP_X_FORWARDED_PROTO"] == "https"
    log = (tmp_path / "access.log").read_text()
    assert "kingfisher" not in log  # an address may hold the secret of an invitation
    assert with_one["HTTP_X_REQUEST_ID"] in log
