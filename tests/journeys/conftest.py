"""The hub as it is served: an instance of `init`, gunicorn and worker as child processes, a mail server."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hub.core.clock import system_clock
from hub.core.config import Config
from hub.demo.children import environment, hub_running
from hub.demo.mailserver import free_port, mail_server
from hub.demo.place import taken
from hub.setup import initialise
from hub.web.look import WEB
from tests.journeys.stage import ADMINISTRATOR, Stage
from tests.support.chromium import chromium_running


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


@pytest.fixture
def stage(chromium: Browser, tmp_path: Path) -> Iterator[Stage]:
    subprocess.run([sys.executable, WEB / "assets/build.py"], check=True)
    gpg = Config.from_env({}).gpg
    with taken(tmp_path / "hub", gpg=gpg) as place, mail_server(place.mail) as smtp_port:
        env = environment(place, web_port=free_port(), smtp_port=smtp_port)
        config = Config.from_env(env)
        made = initialise(config, administrator=ADMINISTRATOR, now=system_clock())
        with hub_running(place, env):
            yield Stage(place=place, env=env, config=config, made=made, browser=chromium)
            chromium.close()  # gunicorn waits for open connections
