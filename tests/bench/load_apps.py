"""What `load` runs as processes of their own: the web application for gunicorn, and a worker.

All of them open one PostgreSQL database with the limits that a configured hub has. Their clocks run, from
the instant at which the tests' world stands.
"""

import os
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

from flask import Flask

from hub.app import build_app
from hub.core.config import Config, Mail
from hub.core.db import Database, connect
from hub.core.instance import Instance
from hub.core.lanes import Lanes
from hub.core.log import start_logging
from hub.core.vault import Vault
from hub.worker import HANDLERS
from tests.bench.poll_apps import NOW, RATE, STAMP_KEY, TOKEN_KEY

DATABASE, FOLDER, MAIL_PORT, BEGUN = "LOAD_DATABASE", "LOAD_FOLDER", "LOAD_MAIL_PORT", "LOAD_BEGUN"
SECRET_KEY = b"s" * 32
GPG = Config.from_env({}).gpg


def clock() -> datetime:
    """Return an instant that moves on from the world's own."""
    return NOW + timedelta(seconds=time.time() - float(os.environ[BEGUN]))


def instance(*, pages: bool) -> Instance:
    """Open the hub as the environment tells."""
    mail = Mail(
        host="127.0.0.1", port=int(os.environ[MAIL_PORT]), tls="none", sender="hub@hub.example.jp", timeout=60
    )
    config = Config(
        instance=Path(os.environ[FOLDER]),
        database_url=os.environ[DATABASE],
        gpg=GPG,
        mail=mail,
        taxii_rate=RATE,
    )
    limit = config.pool.page if pages else config.pool.work
    engine = connect(config.database_url, pool=config.pool, statement=limit)
    db = Database(engine, stamp_key=STAMP_KEY)
    return Instance(config=config, db=db, vault=Vault(bytes(32)), token_key=TOKEN_KEY, clock=clock)


def product() -> Flask:
    """Return the whole application."""
    start_logging()
    return build_app(instance(pages=True), secret_key=SECRET_KEY)


def work(jobs: int) -> None:
    """Do what is promised, so many jobs at a time, until SIGTERM; without the rounds of the night.

    They would look at certificates whose holders the world shares among its bodies, and refuse them.
    """
    lanes = Lanes(instance(pages=False), HANDLERS, worker=f"load-{os.getpid()}", number=jobs)

    def stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what `signal` hands in
        lanes.stopping = True

    signal.signal(signal.SIGTERM, stop)
    lanes.run()


if __name__ == "__main__":
    start_logging()
    work(int(sys.argv[1]))
