"""Workers and web processes to be killed: one for each line on standard input, `worker` or `web`.

They are forked from a process that has imported everything, since that takes seconds, and killing one
amid its work needs it to work. Their clock runs faster than the wall's, so that leases and pauses end
within seconds.
"""

import logging
import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import csaf
from werkzeug.serving import make_server

from hub.app import build_app
from hub.core.config import Config, Mail
from hub.core.instance import Instance
from hub.demo.mailserver import LOOPBACK
from hub.worker import Worker
from tests.keys.workshop import GPG
from tests.support import databases
from tests.support.advisories import NOW, VAULT
from tests.support.delivery import TOKEN_KEY

SPEED = 15
JOBS = 3
IMPORTED_HERE = csaf  # by far the slowest, which a mail would import only when it needs it


def instant(begun: datetime) -> datetime:
    """Return an instant that is the same for every process that knows when the test began."""
    return NOW + timedelta(seconds=1) + (datetime.now(UTC) - begun) * SPEED


def hub(url: str, folder: str, smtp: str, begun: str) -> Instance:
    """Return the instance as each process opens it."""
    mail = Mail(host=LOOPBACK, port=int(smtp), tls="none", sender="hub@hub.example.jp", timeout=2)
    config = Config(instance=Path(folder), database_url="sqlite://", gpg=GPG, mail=mail)
    return Instance(
        config=replace(config, taxii_rate="100000 per minute"),
        db=databases.database(databases.engine_for(url)),
        vault=VAULT,
        token_key=TOKEN_KEY,
        clock=partial(instant, datetime.fromisoformat(begun)),
    )


def be(what: str, arguments: list[str]) -> None:
    """Be a process of this kind until somebody kills it."""
    *rest, port = arguments
    opened = hub(*rest)
    if what == "worker":
        Worker(opened, jobs=JOBS).run()
    else:
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        app = build_app(opened, secret_key=b"s" * 32)
        make_server(LOOPBACK, int(port), app, threaded=True).serve_forever()


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a killed one is gone at once, as others look for it
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            be(line.strip(), sys.argv[1:])
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
