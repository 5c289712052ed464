"""How long each page takes with 300 bodies, 60,000 member operators and 60 notices, and what it asks.

`make bench-pages`. Every page of the URL map that has an object to show is opened by somebody who may see it,
in this process: what is measured is the hub and its database, not the network.
"""

import itertools
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from hub.accounts.models import Role
from hub.app import build_app
from hub.core.config import Config, Mail
from hub.core.instance import Instance
from hub.web.access import rule_of
from tests.bench.page_stock import Stocked, stocked
from tests.bench.report import Figure, conclude
from tests.support import databases
from tests.support.advisories import NOW, VAULT
from tests.support.browser import Browser
from tests.support.counting import statements
from tests.support.delivery import TOKEN_KEY

BODIES, OPERATORS, NOTICES = 300, 200, 60  # operators of each body, notices to all of them
TURNS = 5  # a page, the first of which warms up and is not counted
WITHOUT_OBJECT = ("static", "hub_certificate")  # files: of the build, and of a key that this hub has not
SHOWN = 20  # pages by themselves, the slowest
MOST_QUERIES = 50
SLOWEST = 3000.0  # milliseconds; a person waits
LEAST_PAGES = 60  # fewer would mean that the stock has lost what pages show
NOTES = f"""{BODIES} bodies with {BODIES * OPERATORS:,} member operators; {NOTICES} notices to all of them,
all but the newest opened, answered and passed on by nine of ten; a draft, a submitted draft and a drill to
all of them; 40 applications under way, two of them with 2,000 members. Medians of four openings, in one
process, without network; time stands still, so that nobody is asked to step up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One page: who opened it, how often it asked the database, milliseconds (the median)."""

    path: str
    role: str
    queries: int
    milliseconds: float
    size: int


def seen(hub: Instance, stock: Stocked, *, turns: int) -> list[Seen]:
    """Open every page that has something to show."""
    app = build_app(hub, secret_key=b"s" * 32)
    browsers = {role: Browser(app) for role in stock.people}
    for role, account in stock.people.items():
        browsers[role].sign_in(hub, account)
    found = []
    for endpoint, path in sorted(_paths(app, stock)):
        rule = rule_of(app, endpoint)
        allowed = rule if isinstance(rule, frozenset) else {Role.COORDINATOR}
        opened = (_opened(hub, browsers[role], path, role=role, turns=turns) for role in sorted(allowed))
        found += [page for page in opened if page is not None]
    return found


def _opened(hub: Instance, browser: Browser, path: str, *, role: Role, turns: int) -> Seen | None:
    with statements(hub.db) as said:
        answer = browser.get(path)
    if answer.status_code != 200:
        return None
    asked = [each for each in said if each.lstrip().upper().startswith(("SELECT", "WITH"))]
    taken = []
    for _ in range(turns - 1):
        begun = time.perf_counter()
        browser.get(path)
        taken.append((time.perf_counter() - begun) * 1000)
    return Seen(
        path=path,
        role=str(role),
        queries=len(asked),
        milliseconds=statistics.median(taken) if taken else 0.0,
        size=len(answer.data),
    )


def _paths(app: Flask, stock: Stocked) -> Iterator[tuple[str, str]]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        known = rule.arguments <= set(stock.values)
        is_page = "GET" in (rule.methods or ()) and not rule.endpoint.startswith(WITHOUT_OBJECT)
        if is_page and known:
            names = sorted(rule.arguments)
            for values in itertools.product(*(stock.values[name] for name in names)):
                yield rule.endpoint, adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))


@contextmanager
def hub_on(url: str, folder: Path) -> Iterator[Instance]:
    """Give an instance on this database, in which time stands still."""
    db = databases.database(databases.engine_for(url))
    mail = Mail(tls="none", port=1, sender="hub@hub.example.jp")
    config = Config(instance=folder, database_url=url, mail=mail)
    yield Instance(config=config, db=db, vault=VAULT, token_key=TOKEN_KEY, clock=lambda: NOW)
    db.dispose()


def figures(name: str, pages: list[Seen]) -> list[Figure]:
    """Return the lines of one database: what is judged, then the slowest pages."""
    slowest = sorted(pages, key=lambda page: -page.milliseconds)
    judged = [
        Figure(what=f"{name}: pages opened", seen=len(pages), least=LEAST_PAGES, unit=""),
        Figure(
            what=f"{name}: most queries of a page",
            seen=max(page.queries for page in pages),
            target=MOST_QUERIES,
            unit="",
        ),
        Figure(what=f"{name}: slowest page", seen=slowest[0].milliseconds, target=SLOWEST, unit="ms"),
        Figure(
            what=f"{name}: median of all pages",
            seen=statistics.median(page.milliseconds for page in pages),
            unit="ms",
        ),
    ]
    return judged + [
        Figure(
            what=f"{name}: {_shown(page.path)}, {page.role}, {page.queries} queries, {page.size // 1024} KiB",
            seen=page.milliseconds,
            unit="ms",
        )
        for page in slowest[:SHOWN]
    ]


def _shown(path: str) -> str:
    """Return a path without the ids of this run."""
    return "/".join("…" if _is_id(part) else part for part in path.split("/"))


def _is_id(part: str) -> bool:
    try:
        uuid.UUID(part)
    except ValueError:
        return False
    return True


def main() -> int:
    """Measure on SQLite, and on PostgreSQL where one answers."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        opened = {"SQLite": databases.sqlite(Path(folder))}
        if databases.postgres_answers():
            opened["PostgreSQL"] = databases.postgres("hub_bench_pages")
        for name, opening in opened.items():
            with opening as url, hub_on(url, Path(folder)) as hub:
                stock = stocked(hub, bodies_wanted=BODIES, operators=OPERATORS, notices_wanted=NOTICES)
                found += figures(name, seen(hub, stock, turns=TURNS))
    return conclude("bench-pages", "Pages", found, now=datetime.now(UTC), notes=NOTES)


if __name__ == "__main__":
    sys.exit(main())
