"""The web process as it is deployed: a user of its own, which serves the pages and cannot sign.

The rights of folders and files are those of docs/operations.md.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.core.config import Config
from hub.demo.mailserver import free_port
from hub.setup import initialise
from keys.homes import stop_agent
from tests.keys.workshop import GPG
from tests.support.users import GROUP, WEB, WORKER, as_user, can_change_users

pytestmark = pytest.mark.soak  # it starts the programs themselves: ten seconds of a core

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("priority-hub"))

# What somebody who has taken over the process would try. It prints what became of each attempt.
ATTEMPTS = """
import json, os, subprocess, sys
from hub.core.config import Config
config = Config.from_env()
home = config.signing_home

def enter(): return os.listdir(home)
def read(): return [open(os.path.join(home, "private-keys-v1.d", name), "rb").read() for name in
                    os.listdir(os.path.join(home, "private-keys-v1.d"))]
def sign(home, *options): subprocess.run(
    [config.gpg, "--homedir", str(home), "--batch", "--pinentry-mode", "loopback", "--passphrase", "",
     *options, "--sign"], input=b"forged", capture_output=True, check=True, timeout=20)
def gpg(): sign(home)
def signer():
    import wsgi
    from feeds.delivery.signing import signer_of
    signer = signer_of(wsgi.app.extensions["hub"].config)
    sign(signer.home, "--local-user", f"{signer.fingerprint}!")
def replace():
    os.rename(config.signing_home.parent, config.instance / "away")
    os.rename(config.instance / "away", config.signing_home.parent)
def certificate():
    config.certificate_file.with_name("forged").write_bytes(b"")
    os.unlink(config.certificate_file.with_name("forged"))
    os.utime(config.certificate_file)
told = {}
for attempt in (enter, read, gpg, signer, replace, certificate):
    try:
        attempt()
        told[attempt.__name__] = "done"
    except Exception as error:
        told[attempt.__name__] = type(error).__name__
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Installation:
    """A hub on a machine with two users, laid out as the operations document says."""

    folder: Path

    @property
    def config(self) -> Config:
        return Config.from_env(self.env("web"))

    def env(self, who: str) -> dict[str, str]:
        return {
            "HUB_INSTANCE": str(self.folder / "instance"),
            "HUB_DATABASE_URL": f"sqlite:///{self.folder / 'database' / 'hub.sqlite'}",
            "HUB_SECRETS": str(self.folder / f"{who}-secrets"),
            "HUB_GPG": GPG,
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run_as(self, who: str) -> list[str]:
        place = self.folder / "view"
        place.mkdir(exist_ok=True)
        return as_user({"web": WEB, "worker": WORKER}[who], place)

    def attempts(self, who: str, **changed: str) -> dict[str, str]:
        command, env = [*self.run_as(who), sys.executable, "-c", ATTEMPTS], self.env(who) | changed
        done = subprocess.run(
            command, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="hub-", dir="/tmp"))  # one that other users may enter
    folder.chmod(0o755)
    made = Installation(folder)
    (folder / "database").mkdir()
    config = Config.from_env(made.env("web"))
    initialise(config, administrator="admin@example.jp", now=datetime.now(UTC))
    for copy in ("worker-secrets", "all-secrets"):
        shutil.copytree(folder / "web-secrets", folder / copy)
    (folder / "worker-secrets" / "session-key").unlink()
    (config.instance / "escrow").rename(folder / "safe")
    _give(folder / "web-secrets", WEB)
    _give(folder / "worker-secrets", WORKER)
    _give(folder / "all-secrets", WORKER)
    _give(config.instance, WORKER)
    _give(folder / "database", WEB)
    config.instance.chmod(0o750)
    (folder / "database").chmod(0o2770)
    for file in (folder / "database").iterdir():
        file.chmod(0o660)
    yield made
    stop_agent(config.signing_home, gpg=GPG)
    shutil.rmtree(folder, ignore_errors=True)


def _give(folder: Path, uid: int) -> None:
    if can_change_users():
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, GROUP)


@contextmanager
def serving(command: list[str], env: dict[str, str], port: int) -> Iterator[None]:
    """Run the web process until the end of the block."""
    started = subprocess.Popen(
        [*command, COMMAND, "serve", "--bind", f"127.0.0.1:{port}", "--workers", "1"],
        env=env | {"HUB_BASE_URL": f"http://localhost:{port}"},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        end = time.monotonic() + 30
        while status(port, "/") != 200:
            assert started.poll() is None, started.stderr and started.stderr.read()
            assert time.monotonic() < end, "it does not answer"
            time.sleep(0.1)
        yield
    finally:
        started.terminate()
        started.communicate(timeout=30)


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.mark.skipif(not can_change_users(), reason="needs root and setpriv")
def test_the_web_process_serves_and_whoever_takes_it_over_cannot_sign(installation: Installation) -> None:
    port = free_port()
    with serving(installation.run_as("web"), installation.env("web"), port):
        assert status(port, "/hub-certificate") == 200
        refused = installation.attempts("web")
        assert set(refused.values()) == {"PermissionError", "CalledProcessError"}
        assert refused["signer"] == "PermissionError"
        assert status(port, "/sign-in") == 200
        assert status(port, "/taxii2/") in {200, 401}


@pytest.mark.skipif(not can_change_users(), reason="needs root and setpriv")
def test_the_same_attempts_succeed_for_the_worker(installation: Installation) -> None:
    told = installation.attempts("worker", HUB_SECRETS=str(installation.folder / "all-secrets"))
    assert set(told.values()) == {"done"}


@pytest.mark.skipif(can_change_users(), reason="the tests above show more")
def test_the_web_process_needs_nothing_of_the_workers_folder(installation: Installation) -> None:
    port, place = free_port(), installation.config.signing_home.parent
    place.rename(installation.folder / "elsewhere")
    try:
        with serving([], installation.env("web"), port):
            assert status(port, "/hub-certificate") == 200
            assert status(port, "/sign-in") == 200
    finally:
        (installation.folder / "elsewhere").rename(place)
