"""How long a release takes until its last mail is accepted and its last copy is served; `make bench-release`.

The limit is what no hub can do without: as many sealings of the same bytes, and as many SMTP transactions
of them with the same server, on all cores, half of it before the product's turn and half after. Recipients
share a few keys: what one costs does not depend on the others.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypedDict

import sqlalchemy as sa
from werkzeug.test import TestResponse

from feeds.advisories.models import Release
from feeds.collections import service as clients
from feeds.delivery import promising
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.series import series_of
from feeds.delivery.signing import signer_of
from feeds.delivery.states import State
from hub.app import build_app
from hub.core import smtp
from hub.core.audit import THE_HUB
from hub.core.lanes import Lanes
from hub.worker import HANDLERS
from keys.sealing import seal
from sectors.bodies.models import Body
from tests.bench.report import Figure, conclude
from tests.support import delivery
from tests.support.advisories import NOW, make_release
from tests.support.databases import postgres_answers
from tests.support.delivery import TOKEN_KEY, Seat, World

RECIPIENTS = int(os.environ.get("HUB_BENCH_RECIPIENTS", "1000"))
CORES = os.cpu_count() or 1
SAMPLE = 200  # of the limit, each half; more of the same tells nothing new
TARGET = 2.0  # times the limit
TAXII = "application/taxii+json;version=2.1"
PATIENCE = 3600.0  # seconds
MAIL_SERVER = """
import sys, pathlib
from hub.demo.mailserver import mail_server
with mail_server(pathlib.Path(sys.argv[1])) as port:
    print(port, flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one database's turn took, in seconds."""

    limit: float
    accepted: float
    served: float


@contextmanager
def mail_server(folder: Path) -> Iterator[int]:
    """Run the demo's mail server as a process of its own, so that it does not share our interpreter."""
    command = [sys.executable, "-c", MAIL_SERVER, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield int(running.stdout.readline())
        running.communicate()


def seconds(act: Callable[[int], object], number: int) -> float:
    """Return how long so many take, on all cores."""
    with ThreadPoolExecutor(CORES) as pool:
        begun = time.perf_counter()
        list(pool.map(act, range(number)))
        return time.perf_counter() - begun


def limit(world: World, *, copy: int, mail: bytes) -> float:
    """Return the seconds that all sealings and all transactions take by themselves, from a sample."""
    certificate, signer = world.certificate(), signer_of(world.hub.config)
    number = min(SAMPLE, RECIPIENTS)

    def seal_one(size: int) -> Callable[[int], object]:
        content = os.urandom(size)
        return lambda _: seal(content, certificate=certificate, signer=signer, now=datetime.now(UTC))

    def send_one(_: int) -> None:
        smtp.send(mail, to="limit@example.jp", mail=world.hub.config.mail)

    sample = sum(seconds(act, number) for act in (seal_one(copy), seal_one(len(mail)), send_one))
    return sample * RECIPIENTS / number


def measured(world: World, bodies: Sequence[Body], mails: Path) -> Run:
    """Release to all these bodies and watch the worker; the limit is measured before and after."""
    sizes = of_one_notice(world, mails)
    before = limit(world, **sizes)
    with world.hub.db.transaction() as session:
        release = make_release(session, world.cast, *bodies, now=NOW)
    served_by = tool(world, bodies[-1])
    lanes = Lanes(world.hub, HANDLERS, worker="bench", number=CORES)
    working = threading.Thread(target=lanes.run)
    begun = time.perf_counter()
    promising.promise_deliveries(world.hub, {"release_id": str(release.id)}, NOW)
    working.start()
    try:
        wait_until(lambda: arrived(world, release) == 2 * len(bodies))
        accepted = time.perf_counter() - begun
        assert len(served_by().get_json()["objects"]) == 1
        served = time.perf_counter() - begun
    finally:
        lanes.stopping = True
        working.join()
    return Run(limit=(before + limit(world, **sizes)) / 2, accepted=accepted, served=served)


class Sizes(TypedDict):
    """How large a copy is, and a mail as it travels."""

    copy: int
    mail: bytes


def of_one_notice(world: World, mails: Path) -> Sizes:
    """Send one notice to one body, and return what of it went out."""
    world.release()
    world.work()
    mail = next(raw for each in (mails / "new").iterdir() if b"PGP MESSAGE" in (raw := each.read_bytes()))
    return {"copy": len(world.stored()[0]) * 3 // 4, "mail": mail}


def wait_until(done: Callable[[], bool]) -> None:
    """Look again and again.

    Raises:
        AssertionError: it takes too long.

    """
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "it did not come to an end"
        time.sleep(0.1)


def arrived(world: World, release: Release) -> int:
    """Count the copies that are stored and the mails that were accepted."""
    with world.hub.db.reading() as session:
        counts = [
            session.scalar(
                sa.select(sa.func.count(kind.id)).where(
                    kind.release_id == release.id, kind.state == State.DELIVERED
                )
            )
            for kind in (Copy, Mailing)
        ]
    return sum(count or 0 for count in counts)


def tool(world: World, body: Body) -> Callable[[], TestResponse]:
    """Return what a body's tool does to fetch its copies."""
    with world.hub.db.transaction() as session:
        client, token = clients.add_client(session, body.id, "bench", key=TOKEN_KEY, by=THE_HUB, now=NOW)
        sealed = series_of(session, body.id).sealed_id
    asking = build_app(world.hub, secret_key=b"b" * 32).test_client()
    path, who = f"/priority/collections/{sealed}/objects/", (client.username, token)
    return partial(asking.get, path, headers={"Accept": TAXII}, auth=who)


def run(kind: str, made: Seat, folder: Path, port: int) -> list[Figure]:
    """Measure on one kind of database."""
    folder.mkdir()
    with delivery.lasting(kind, folder, "hub_bench_release") as db:
        hub = delivery.with_mail(delivery.hub_on(db, made, lambda: NOW), port=port, timeout=60)
        world = delivery.world_on(hub, made)
        bodies = [world.add(f"組織{place}", (made.power, made.gas)[place % 2]) for place in range(RECIPIENTS)]
        seen = measured(world, bodies, made.folder / "bench-mail")
    return [
        Figure(
            what=f"{kind}: {RECIPIENTS} mails accepted, {RECIPIENTS} copies stored",
            seen=seen.accepted,
            unit="s",
        ),
        Figure(what=f"{kind}: recipients a second", seen=RECIPIENTS / seen.accepted, unit="/s"),
        Figure(
            what=f"{kind}: until the last copy is served, against the limit",
            seen=seen.served / seen.limit,
            target=TARGET,
        ),
    ]


def main() -> int:
    """Measure on both databases and keep what was seen."""
    kinds = ["sqlite", "postgresql"] if postgres_answers() else ["sqlite"]
    with tempfile.TemporaryDirectory() as made_in, ExitStack() as stack:
        made = stack.enter_context(delivery.seat(Path(made_in) / "seat"))
        port = stack.enter_context(mail_server(made.folder / "bench-mail"))
        figures = [each for kind in kinds for each in run(kind, made, Path(made_in) / kind, port)]
    return conclude(
        "bench-release",
        f"A release to {RECIPIENTS} recipients",
        figures,
        now=datetime.now(UTC),
        notes="Each recipient is a body with one contact: one sealed copy and one sealed mail.",
    )


if __name__ == "__main__":
    sys.exit(main())
