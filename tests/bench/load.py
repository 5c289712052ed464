"""A minute of everything at once on PostgreSQL, with several processes; `make bench-load`.

Tools poll, people open pages, and a release goes to all bodies meanwhile, through gunicorn and workers as a
hub runs them. Afterwards everything is counted: each tool has what its collection holds, once and in order;
each contact has one mail; no job is left or was given up; nobody was told of an error.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from statistics import quantiles

import sqlalchemy as sa

from feeds.advisories.models import Release
from feeds.collections import service as clients
from feeds.collections.models import Download
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.series import series_of
from feeds.delivery.states import State
from feeds.taxii.models import StoredObject
from hub.accounts.models import Account, Role
from hub.app import build_app
from hub.core.audit import THE_HUB
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.demo.mailserver import delivered
from sectors.bodies.models import Body
from tests.bench import load_apps, load_people
from tests.bench.load_people import Asking, Tool
from tests.bench.poll_servers import ROOT, WORKERS, Server, serving
from tests.bench.releasing import mail_server
from tests.bench.report import KEPT, Figure, conclude
from tests.support import databases, delivery
from tests.support.advisories import NOW, make_release
from tests.support.browser import Browser
from tests.support.delivery import TOKEN_KEY, Seat, World
from tests.support.people import make_account

WHOLE = 60  # seconds
SECONDS = float(os.environ.get("HUB_BENCH_SECONDS", str(WHOLE)))
RECIPIENTS = int(os.environ.get("HUB_BENCH_RECIPIENTS", "200"))
TOOLS, PEOPLE = min(100, RECIPIENTS), 20
PROCESSES, JOBS = 2, 2  # workers, and jobs of each at a time
POLL_EVERY, PAGE_EVERY = 1.0, 2.0  # seconds
QUIET = 1 / 6  # of the time before the release
PATIENCE = float(os.environ.get("HUB_BENCH_PATIENCE", "600"))  # seconds for what is left afterwards
OF_A_CONTACT = ("/", "/notices", "/bodies/mine", "/certificates", "/clients", "/account/sessions")
OF_A_COORDINATOR = ("/", "/advisories", "/delivery", "/bodies", "/agreements", "/reminders/calls")


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Who is there during the minute."""

    tools: Sequence[Tool]
    people: Sequence[Asking]
    acts: Sequence[tuple[object, float]]


@contextmanager
def workers(environment: dict[str, str], logs: Path) -> Iterator[None]:
    """Run the workers as processes of their own."""
    command = [sys.executable, "-m", "tests.bench.load_apps", str(JOBS)]
    running = []
    with ExitStack() as files:
        for number in range(PROCESSES):
            log = files.enter_context((logs / f"worker-{number}.log").open("w"))
            env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
            running.append(subprocess.Popen(command, env=env, stderr=log, stdout=log))
        try:
            yield
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait()


def cookie_of(hub: Instance, browser: Browser, who: Account) -> str:
    """Sign somebody in and return the cookie."""
    browser.sign_in(hub, who)
    found = browser.client.get_cookie("hub")
    assert found
    return found.value


def crowd(world: World, bodies: Sequence[Body], server: Server) -> Crowd:
    """Give clients to as many bodies as there are tools, and sessions to contacts and coordinators."""
    app, tools, people = build_app(world.hub, secret_key=load_apps.SECRET_KEY), [], []
    acts: list[tuple[object, float]] = []
    for body in bodies[:TOOLS]:
        with world.hub.db.transaction() as session:
            client, token = clients.add_client(session, body.id, "load", key=TOKEN_KEY, by=THE_HUB, now=NOW)
            sealed = series_of(session, body.id).sealed_id
        tools.append(load_people.tool(server.port, client.username, token, sealed))
        acts.append((tools[-1].poll, POLL_EVERY))
    for number in range(PEOPLE):
        with world.hub.db.transaction() as session:
            staff = make_account(session, Role.COORDINATOR) if number % 2 else None
        who, pages = (staff, OF_A_COORDINATOR) if staff else (world.account(bodies[number]), OF_A_CONTACT)
        asking, opens = load_people.reader(server.port, cookie_of(world.hub, Browser(app), who), pages)
        people.append(asking)
        acts.append((opens, PAGE_EVERY))
    return Crowd(tools=tools, people=people, acts=acts)


def released(world: World, bodies: Sequence[Body]) -> Release:
    """Sign and release to all bodies; the workers do what follows."""
    with world.hub.db.transaction() as session:
        return make_release(session, world.cast, *bodies, now=world.hub.clock())


def minute(world: World, bodies: Sequence[Body], there: Crowd) -> tuple[Release, float]:
    """Let everybody work, release meanwhile, and wait for the last delivery; return the seconds it took."""
    begun = time.monotonic()
    made: list[Release] = []
    took: list[float] = []

    def release() -> None:
        if not made:
            time.sleep(max(0.0, begun + QUIET * SECONDS - time.monotonic()))
            made.append(released(world, bodies))
            took.append(time.monotonic())
        elif len(took) == 1 and unfinished(world, made[0]) == 0:
            took.append(time.monotonic())

    end = begun + SECONDS
    acts = [*there.acts, (release, 0.2)]
    load_people.all_at_work(acts, until=lambda: time.monotonic() > end)  # type: ignore[arg-type] # any act
    late = time.monotonic() + PATIENCE
    while len(took) == 1:
        assert time.monotonic() < late, "the release did not come to an end"
        release()
        time.sleep(0.2)
    for each in there.tools:
        each.poll()
    return made[0], took[1] - took[0]


def unfinished(world: World, release: Release) -> int:
    """Count the deliveries of a release that are still to come, and those that are not promised yet."""
    with world.hub.db.reading() as session:
        done = [
            session.scalar(
                sa.select(sa.func.count(kind.id)).where(
                    kind.release_id == release.id, kind.state == State.DELIVERED
                )
            )
            for kind in (Copy, Mailing)
        ]
    return 2 * RECIPIENTS - sum(each or 0 for each in done)


def lost(world: World, bodies: Sequence[Body], there: Crowd, mails: Path) -> dict[str, int]:
    """Count what should be there and is not, or is there and should not."""
    with world.hub.db.transaction() as session:
        held = {
            str(series_of(session, body.id).sealed_id): [
                str(each)
                for each in session.scalars(
                    sa.select(StoredObject.stix_id)
                    .where(StoredObject.collection_id == series_of(session, body.id).sealed_id)
                    .order_by(StoredObject.date_added)
                )
            ]
            for body in bodies[:TOOLS]
        }
        fetched = session.scalar(sa.select(sa.func.count()).select_from(Download)) or 0
        dead = session.scalar(sa.select(sa.func.count(Job.id)).where(Job.dead_at.is_not(None))) or 0
        failing = session.scalar(sa.select(sa.func.count(Job.id)).where(Job.problem.is_not(None))) or 0
    seen = {each.path.split("/")[3]: each.seen for each in there.tools}
    notices = sum(b"multipart/encrypted" in each.file.read_bytes() for each in delivered(mails))
    return {
        "tools that have not what their collection holds": sum(seen[key] != held[key] for key in held),
        "downloads that were not noted": abs(sum(len(each) for each in held.values()) - fetched),
        "mails that are missing or came twice": abs(RECIPIENTS - notices),
        "jobs given up or failing": dead + failing,
    }


def rank(times: Sequence[float], percent: int) -> float:
    """Return a percentile in milliseconds."""
    return 1000 * quantiles(times, n=100)[percent - 1]


def judged(there: Crowd, took: float, missing: dict[str, int], faults: int) -> Iterator[Figure]:
    """Yield every figure: what went wrong has to be nothing, times are told."""
    polls = [each.asking.account for each in there.tools]
    groups = (("polls", polls), ("pages", [each.account for each in there.people]))
    for name, accounts in groups:
        times = list(chain.from_iterable(each.times for each in accounts))
        yield Figure(what=f"{name}: answers a second", seen=len(times) / SECONDS, unit="/s")
        for percent in (50, 99):
            yield Figure(what=f"{name}: {percent}th percentile", seen=rank(times, percent), unit="ms")
        errors = [error for each in accounts for error in each.errors]
        print(*errors[:20], sep="\n")  # noqa: T201 - a program's output
        yield Figure(what=f"{name}: errors", seen=len(errors), target=0, unit="")
    yield Figure(what=f"release: until all {RECIPIENTS} copies and mails are out", seen=took, unit="s")
    yield Figure(what="faults in the logs of web and workers", seen=faults, target=0, unit="")
    for what, number in missing.items():
        yield Figure(what=what, seen=number, target=0, unit="")


def faults_in(logs: Path) -> int:
    """Count the lines of an error, or of a database that was busy, and show the first ones."""
    text = "".join(each.read_text(encoding="utf-8") for each in logs.iterdir())
    found = [line for line in text.splitlines() if '"level":"error"' in line or "busy or away" in line]
    print(*found[:20], sep="\n")  # noqa: T201 - a program's output
    return len(found)


def run(made: Seat, url: str, port: int, logs: Path) -> list[Figure]:
    """Fill the database, start everything, and measure."""
    environment = {
        load_apps.DATABASE: url,
        load_apps.FOLDER: str(made.folder),
        load_apps.MAIL_PORT: str(port),
        load_apps.BEGUN: str(time.time()),
    }
    os.environ.update(environment)
    hub = load_apps.instance(pages=False)
    world = delivery.world_on(hub, made)
    holders = (made.power, made.gas)
    bodies = [world.add(f"組織{place}", holders[place % 2]) for place in range(RECIPIENTS)]
    try:
        with serving("tests.bench.load_apps:product()", environment, log=logs / "web.log") as server:
            there = crowd(world, bodies, server)
            with workers(environment, logs):
                _, took = minute(world, bodies, there)
        print(f"released within {took:.0f} s")  # noqa: T201 - a program's output
        missing = lost(world, bodies, there, made.folder / "bench-mail")
    except AssertionError:
        for log in sorted(logs.iterdir()):
            print(log.name, *log.read_text(encoding="utf-8").splitlines()[-20:], sep="\n")  # noqa: T201
        raise
    finally:
        hub.db.dispose()
    return list(judged(there, took, missing, faults_in(logs)))


def main() -> int:
    """Measure and keep what was seen."""
    with tempfile.TemporaryDirectory() as made_in, ExitStack() as stack:
        made = stack.enter_context(delivery.seat(Path(made_in) / "seat"))
        port = stack.enter_context(mail_server(made.folder / "bench-mail"))
        url = stack.enter_context(databases.postgres("hub_bench_load"))
        logs = Path(made_in) / "logs"
        logs.mkdir()
        figures = run(made, url, port, logs)
    return conclude(
        "bench-load",
        f"{SECONDS:.0f} seconds of everything at once",
        figures,
        now=datetime.now(UTC),
        notes=NOTES,
        kept=KEPT if SECONDS >= WHOLE else Path(os.devnull),  # a short form is told and not kept
    )


NOTES = f"""
{TOOLS} tools poll once a second, {PEOPLE} people open a page every two seconds, and a release goes to
{RECIPIENTS} bodies with one contact each: {WORKERS} web processes of 8
threads, {PROCESSES} workers of {JOBS} jobs at a time, one PostgreSQL, all on the machine that is told above,
with those who ask. Afterwards everything is counted.
"""

if __name__ == "__main__":
    sys.exit(main())
