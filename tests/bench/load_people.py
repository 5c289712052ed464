"""Who loads the hub: tools that poll, people who open one page after the other; each keeps an account."""

import base64
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected

TAXII = "application/taxii+json;version=2.1"
PATIENCE = 60.0  # seconds for one answer
GOOD = frozenset({200, 303})


@dataclass(kw_only=True)
class Account:
    """What somebody saw: seconds of each answer, and what was no answer."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Asking:
    """A kept connection to the hub, and what every request on it says."""

    port: int
    headers: dict[str, str]
    account: Account = field(default_factory=Account)

    def __post_init__(self) -> None:
        self._line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def get(self, path: str) -> tuple[bytes, str]:
        """Return an answer's body and where its page of dates ends; an error is kept, not raised."""
        begun = time.perf_counter()
        try:
            answer = self._answer(path)
            body = answer.read()
        except (OSError, HTTPException) as error:
            self._line.close()
            self.account.errors.append(f"{type(error).__name__} {path}")
            return b"", ""
        self.account.times.append(time.perf_counter() - begun)
        if answer.status not in GOOD:
            self.account.errors.append(f"{answer.status} {path}")
        return body, answer.getheader("X-TAXII-Date-Added-Last") or ""

    def _answer(self, path: str) -> HTTPResponse:
        """Ask on the kept connection; once more on a new one if the server had closed it for idling."""
        try:
            self._line.request("GET", path, headers=self.headers)
            return self._line.getresponse()
        except RemoteDisconnected:
            self._line.close()
            self._line.request("GET", path, headers=self.headers)
            return self._line.getresponse()


@dataclass(kw_only=True)
class Tool:
    """One body's tool: polls its collection and remembers what came."""

    asking: Asking
    path: str
    after: str = ""
    seen: list[str] = field(default_factory=list)

    def poll(self) -> None:
        """Ask for what is new."""
        query = f"?added_after={self.after}" if self.after else ""
        body, last = self.asking.get(self.path + query)
        if body and last:
            self.seen += [each["id"] for each in json.loads(body).get("objects", [])]
            self.after = last


def tool(port: int, username: str, token: str, collection_id: object) -> Tool:
    """Return the tool of a body."""
    known = base64.b64encode(f"{username}:{token}".encode()).decode()
    headers = {"Accept": TAXII, "Authorization": f"Basic {known}"}
    path = f"/priority/collections/{collection_id}/objects/"
    return Tool(asking=Asking(port=port, headers=headers), path=path)


def reader(port: int, cookie: str, pages: Sequence[str]) -> tuple[Asking, Callable[[], None]]:
    """Return somebody with a session, and what opens the next page."""
    asking, turn = Asking(port=port, headers={"Cookie": f"hub={cookie}"}), itertools.cycle(pages)
    return asking, lambda: asking.get(next(turn)) and None


def all_at_work(acts: Sequence[tuple[Callable[[], object], float]], *, until: Callable[[], bool]) -> None:
    """Let everybody act again and again, with a pause of so many seconds on average, until it is over."""

    def working(act: Callable[[], object], pause: float) -> None:
        time.sleep(random.uniform(0, pause))  # noqa: S311 - nobody begins at the same instant
        while not until():
            act()
            time.sleep(random.uniform(0.5, 1.5) * pause)  # noqa: S311

    threads = [threading.Thread(target=working, args=each) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
