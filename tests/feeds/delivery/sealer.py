"""Workers that seal copies and mails, two at a time, to be killed: one for each line on standard input.

They are forked from a process that has imported everything, since that takes seconds, and killing one
amid its work needs it to work. Their clock runs faster than the world's, so that the lease of a killed
one ends within a second.
"""

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import csaf

from hub.core.config import Config, Mail
from hub.core.instance import Instance
from hub.core.lanes import Lanes
from keys.homes import sweep
from tests.keys.workshop import GPG
from tests.support import databases
from tests.support.advisories import NOW, VAULT
from tests.support.delivery import HANDLERS, TOKEN_KEY

SPEED = 150
IMPORTED_HERE = csaf  # by far the slowest, which a mail would import only when it needs it


def instant(begun: datetime) -> datetime:
    """Return an instant that is the same for every process that knows when the test began."""
    return NOW + timedelta(seconds=1) + (datetime.now(UTC) - begun) * SPEED


def work(url: str, folder: str, port: str, begun: str) -> None:
    """Be one worker."""
    mail = Mail(host="127.0.0.1", port=int(port), tls="none", sender="hub@hub.example.jp", timeout=5)
    hub = Instance(
        config=Config(instance=Path(folder), database_url="sqlite://", gpg=GPG, mail=mail),
        db=databases.database(databases.engine_for(url)),
        vault=VAULT,
        token_key=TOKEN_KEY,
        clock=partial(instant, datetime.fromisoformat(begun)),
    )
    sweep()
    Lanes(hub, HANDLERS, worker="sealer", number=2).run()


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a killed one is gone at once, as others look for it
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            work(*sys.argv[1:])
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
