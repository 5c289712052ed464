"""A TAXII server over real HTTP that serves what a test lays on it, well or in any wrong way."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from feeds.taxii import instants
from hub.core.clock import rfc3339

TAXII = "application/taxii+json;version=2.1"
COLLECTION = "11111111-1111-4111-8111-111111111111"
ANSWERS = "22222222-2222-4222-8222-222222222222"
BEGAN = datetime.now(UTC) - timedelta(minutes=50)


@dataclass
class Shelf:
    """What is served, what was given back; `misbehave` answers a request in place of the shelf."""

    url: str = ""
    laid: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    given: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    misbehave: Callable[[BaseHTTPRequestHandler], bool] | None = None

    def lay(self, *artifacts: dict[str, Any]) -> None:
        """Add objects to the end of the collection."""
        for each in artifacts:
            self.laid.append((BEGAN + timedelta(milliseconds=len(self.laid)), each))

    def page(self, after: str | None, limit: int) -> tuple[dict[str, Any], dict[str, str]]:
        bound = instants.parse(after) if after else -1
        found = [each for each in self.laid if instants.to_micros(each[0]) > bound]
        if not found:
            return {}, {}
        shown = found[:limit]
        told = {
            "X-TAXII-Date-Added-First": rfc3339(shown[0][0]),
            "X-TAXII-Date-Added-Last": rfc3339(shown[-1][0]),
        }
        more = {"next": "x"} if len(found) > limit else {}
        return {"more": bool(more), **more, "objects": [each for _, each in shown]}, told


def answer(handler: BaseHTTPRequestHandler, body: bytes, code: int = 200, **headers: str) -> None:
    handler.send_response(code)
    sent = {"Content-Type": TAXII, "Content-Length": str(len(body))}
    for name, value in (sent | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def _handler(shelf: Shelf) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shelf.asked.append(self.path)
            if shelf.misbehave and shelf.misbehave(self):
                return
            query = parse_qs(urlsplit(self.path).query)
            limit = int(query.get("limit", ["100"])[0])
            page, headers = shelf.page(query.get("added_after", [None])[0], limit)
            answer(self, json.dumps(page).encode(), 200, **headers)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if shelf.misbehave and shelf.misbehave(self):
                return
            objects = json.loads(body)["objects"]
            shelf.given += objects
            status = {"id": COLLECTION, "status": "complete", "total_count": len(objects)}
            counts = {"success_count": len(objects), "failure_count": 0, "pending_count": 0}
            answer(self, json.dumps(status | counts).encode(), 202)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def shelf() -> Iterator[Shelf]:
    """Serve on loopback."""
    made = Shelf()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}/priority/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
