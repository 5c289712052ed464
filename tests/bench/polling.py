"""What polls and downloads cost, against a floor and beside OpenTAXII; `make bench-poll`, `bench-poll-full`.

The floor (`poll_apps.floor`) is a bare Flask view with one SELECT of the same bytes, under the same
gunicorn settings. Product and others are asked in turns, so that a busy machine slows all. A poll's figure is
the mean of many short rounds, each over new connections, since which process takes a connection is chance; a
download's is the median. Costs are in floors: 1.67 of them is 0.6 of the floor's speed.
"""

import base64
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from hub.demo.mailserver import free_port
from hub.migrations.history import upgrade
from tests.bench import opentaxii, poll_apps
from tests.bench.http_loop import ask, connected, flood
from tests.bench.opentaxii import Other
from tests.bench.poll_servers import Server, serving
from tests.bench.poll_stock import Stocked, stocked
from tests.bench.report import Figure, conclude

SIZES = (1000, 10_000, 100_000)
FULL = (*SIZES, 1_000_000)
CONNECTIONS = (1, 8)
ROUNDS = 30  # of polls
SECONDS = 0.25  # of a round
DOWNLOADS = 5
PAGE = 1000  # objects, the most that the product gives at once
LONGEST_WALK = 20  # pages of a download that are timed
AFTER = "2099-01-01T00:00:00.000000Z"  # OpenTAXII takes no instant without a fraction
COST, GROWTH, MEMORY = 1 / 0.6, 1.2, 150  # the bounds; the last in MB
BASIC, BEARER, DOWNLOAD = 20, 4, 8  # times as fast as OpenTAXII


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One collection at one server: where it is, and the head of each request."""

    port: int
    path: str
    head: str

    def request(self, query: str) -> bytes:
        return f"GET {self.path}?{query} HTTP/1.1\r\nHost: localhost\r\n{self.head}\r\n".encode()

    @property
    def empty_poll(self) -> bytes:
        return self.request(f"added_after={AFTER}")

    def download(self) -> float:
        """Walk the collection by its dates; return the seconds of a full page."""
        line, query = connected(self.port), f"limit={PAGE}"
        times: list[float] = []
        while query and len(times) < LONGEST_WALK:
            begun = time.perf_counter()
            head, _, body = ask(line, self.request(query)).partition(b"\r\n\r\n")
            took = time.perf_counter() - begun
            if body.count(b'"artifact"') < PAGE:
                break
            times.append(took)
            query = f"limit={PAGE}&added_after={_header(head, 'x-taxii-date-added-last')}"
        line.socket.close()
        return sum(times) / len(times)


def _header(head: bytes, name: str) -> str:
    found = [line for line in head.decode().split("\r\n") if line.lower().startswith(f"{name}:")]
    return found[0].partition(":")[2].strip() if found else ""


def basic(username: str, password: str) -> str:
    token = base64.b64encode(f"{username}:{password}".encode()).decode()
    return f"Accept: application/taxii+json;version=2.1\r\nAuthorization: Basic {token}\r\n"


def bearer(token: str) -> str:
    return f"Accept: application/taxii+json;version=2.1\r\nAuthorization: Bearer {token}\r\n"


def of_product(server: Server, stock: Stocked) -> Target:
    path = f"/priority/collections/{stock.collection_id}/objects/"
    return Target(port=server.port, path=path, head=basic(stock.username, stock.token))


def of_floor(server: Server, stock: Stocked) -> Target:
    return Target(port=server.port, path=f"/objects/{stock.collection_id}/", head="")


def polls(targets: Sequence[Target], connections: int, rounds: int = ROUNDS) -> list[float]:
    """Ask each in turns; return, for each, the seconds between two answers."""
    took, answers = [0.0] * len(targets), [0] * len(targets)
    for _, (place, target) in itertools.product(range(rounds), enumerate(targets)):
        seen = flood(target.port, target.empty_poll, connections=connections, seconds=SECONDS)
        answers[place] += len(seen.times)
        took[place] += seen.seconds
    return [seconds / number for seconds, number in zip(took, answers, strict=True)]


def against_floor(product: Server, floor: Server, stocks: Sequence[Stocked]) -> Iterator[Figure]:
    """Yield what an empty poll and a page of a download cost, in floors, and how both grow."""
    costs: dict[tuple[str, int], float] = {}
    for stock in stocks:
        ours, least = of_product(product, stock), of_floor(floor, stock)
        polls([ours, least], max(CONNECTIONS), rounds=4)  # each process has met a request
        for connections in CONNECTIONS:
            seen, bare = polls([ours, least], connections)
            what = f"empty poll, {stock.size} objects, {connections} connections"
            yield Figure(what=f"{what}: cost in floors", seen=seen / bare, target=COST)
            yield Figure(what=f"{what}: requests a second", seen=1 / seen, unit="/s")
            costs["an empty poll", stock.size] = seen
        yield from percentiles(ours, stock.size)
        ours.download()  # what is noted once is noted now
        pages = [(ours.download(), least.download()) for _ in range(DOWNLOADS)]
        seen, bare = (median(times) for times in zip(*pages, strict=True))
        yield Figure(what=f"download of {stock.size} objects: cost in floors", seen=seen / bare, target=COST)
        yield Figure(what=f"download of {stock.size} objects: objects a second", seen=PAGE / seen, unit="/s")
        costs["a page", stock.size] = seen
    for what in ("an empty poll", "a page"):
        growth = costs[what, SIZES[-1]] / costs[what, SIZES[0]]
        yield Figure(what=f"{what} among {SIZES[-1]} objects against {SIZES[0]}", seen=growth, target=GROWTH)


def percentiles(target: Target, size: int) -> Iterator[Figure]:
    """Yield how long an empty poll takes, half of the time and at worst."""
    for connections in CONNECTIONS:
        seen = flood(target.port, target.empty_poll, connections=connections, seconds=4)
        cuts = quantiles(seen.times, n=100)
        for rank in (50, 99):
            what = f"empty poll, {size} objects, {connections} connections: {rank}th percentile"
            yield Figure(what=what, seen=1000 * cuts[rank - 1], unit="ms")


def beside_other(product: Server, stock: Stocked, other: Other) -> Iterator[Figure]:
    """Yield how many of our polls and pages fit into one of OpenTAXII's."""
    ways = (("Basic", basic(other.username, other.password), BASIC), ("bearer", bearer(other.token), BEARER))
    for name, head, least in ways:
        ours = of_product(product, stock)
        ours = ours if name == "Basic" else Target(port=ours.port, path=ours.path, head=bearer(stock.token))
        theirs = Target(port=other.port, path=other.path, head=head)
        seen, slow = polls([ours, theirs], 1, rounds=4)  # of which each lasts until there are enough answers
        what = f"empty poll with {name}: as fast as OpenTAXII {opentaxii.VERSION}, times"
        yield Figure(what=what, seen=slow / seen, least=least)
        if name == "bearer":
            pages = [(ours.download(), theirs.download()) for _ in range(DOWNLOADS)]
            seen, slow = (median(times) for times in zip(*pages, strict=True))
            what = f"page of {PAGE} objects: as fast as OpenTAXII {opentaxii.VERSION}, times"
            yield Figure(what=what, seen=slow / seen, least=DOWNLOAD)


def measured(folder: Path, sizes: Sequence[int]) -> list[Figure]:
    """Fill a database, serve it twice, and beside it OpenTAXII with objects of the same kind."""
    url = f"sqlite:///{folder / 'hub.sqlite'}"
    upgrade(url)
    hub = poll_apps.instance(url)
    stocks = [stocked(hub, size) for size in sizes]
    hub.db.dispose()
    environment = {poll_apps.DATABASE: url}
    with ExitStack() as stack:
        product = stack.enter_context(serving("tests.bench.poll_apps:product()", environment))
        floor = stack.enter_context(serving("tests.bench.poll_apps:floor()", environment))
        figures = list(against_floor(product, floor, stocks))
        most = max(product.most_memory())
        figures.append(Figure(what="peak memory of a web process", seen=most, target=MEMORY, unit="MB"))
        other = stack.enter_context(opentaxii.serving_stock(folder, free_port(), size=SIZES[0]))
        figures += beside_other(product, stocks[0], other)
    return figures


def main(sizes: Sequence[int] = SIZES, name: str = "bench-poll") -> int:
    """Measure, print, keep; return 1 if a bound is missed."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("TMPDIR", "/tmp")) as folder:  # noqa: S108 - its own folder below
        figures = measured(Path(folder), sizes)
    return conclude(name, "Polling", figures, now=datetime.now(UTC), notes=NOTES)


NOTES = """
Objects are artifacts of 4.6 kB of noise, as a short notice is sealed to. The floor is a bare Flask view
with one SELECT of the same bytes, under the same gunicorn (2 processes, 8 threads each): it knows no
credentials, no rights, no filters, no negotiation, and logs nothing. Downloads are those of a client that
has had the objects before; the first time, each page also notes what was fetched.
"""

if __name__ == "__main__":
    sys.exit(main(FULL, "bench-poll-full") if "--full" in sys.argv else main())
