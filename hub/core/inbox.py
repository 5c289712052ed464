"""The mailbox to which undeliverable mail comes back: a maildir, or a folder over IMAP with TLS.

Of each new mail only a bounded beginning is fetched. A mail that was looked at is marked as seen and stays
where it is, so that a person can read it too.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hub.core.returns import Bounces

MOST = 200  # mails in one look; the rest waits for the next
TIMEOUT = 60.0  # seconds
NUMBER = re.compile(rb"\d{1,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """A mail that was not looked at yet: its first bytes, and how to mark it as seen."""

    beginning: bytes
    mark: Callable[[], object]


@contextmanager
def unseen(box: Bounces, *, largest: int) -> Iterator[Iterator[Unseen]]:
    """Give what is new in the mailbox, the first `largest` bytes of each.

    Raises:
        OSError, imaplib.IMAP4.error: the mailbox cannot be reached or read.

    """
    if isinstance(box.at, Path):
        yield _in_maildir(box.at, largest)
        return
    with imaplib.IMAP4_SSL(
        box.at.host, box.at.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT
    ) as server:
        server.login(box.at.username, box.at.password_file.read_text(encoding="utf-8").strip())
        _answer(server.select(_quoted(box.at.folder)))
        yield _over_imap(server, largest)


def _in_maildir(folder: Path, largest: int) -> Iterator[Unseen]:
    waiting = sorted(each for each in (folder / "new").iterdir() if each.is_file())
    (folder / "cur").mkdir(exist_ok=True)
    for file in waiting[:MOST]:
        with file.open("rb") as opened:
            beginning = opened.read(largest)
        yield Unseen(beginning=beginning, mark=partial(file.rename, folder / "cur" / f"{file.name}:2,S"))


def _over_imap(server: imaplib.IMAP4, largest: int) -> Iterator[Unseen]:
    found = _answer(server.uid("SEARCH", "UNSEEN"))
    for number in NUMBER.findall(found if isinstance(found, bytes) else b"")[:MOST]:
        uid = number.decode()
        fetched = _answer(server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{largest}>)"))
        if isinstance(fetched, tuple):
            mark = partial(server.uid, "STORE", uid, "+FLAGS", "(\\Seen)")
            yield Unseen(beginning=fetched[1], mark=mark)


def _answer(told: tuple[str, list[Any]]) -> object:
    """Return the first datum of an answer.

    Raises:
        imaplib.IMAP4.error: the server refused.

    """
    verdict, data = told
    if verdict != "OK":
        raise imaplib.IMAP4.error("the mailbox cannot be read")
    return data[0] if data else None


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
