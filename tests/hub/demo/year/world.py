"""The played year as tests of its pages see it: who signs in, what the database holds, what a page shows."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import orm
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from feeds.advisories.models import Advisory, Release, ReleaseBody
from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.app import build_app
from hub.core.clock import JST
from hub.core.db import Base
from hub.core.instance import Instance
from sectors.bodies.models import Body, Contact
from tests.support.browser import Browser

Kind = TypeVar("Kind", bound=Base)
Ordering = sa.ColumnElement[Any] | orm.InstrumentedAttribute[Any] | None
BODIES, NOTICES, SEED = 4, 5, 4
TAXII = "application/taxii+json;version=2.1"
STAFF = {
    Role.COORDINATOR: "coordinator1@jpcert.example.jp",
    Role.REVIEWER: "reviewer@ipa.example.jp",
    Role.AUDITOR: "auditor@jpcert.example.jp",
    Role.ADMINISTRATOR: "admin@jpcert.example.jp",
}
FIRST, SECOND, LEFT = (
    f"contact@isac{number}.{sector}.example.jp"
    for number, sector in ((1, "ict"), (2, "finance"), (4, "airports"))
)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One look at one page: who, at what, which words stand there, and how many rows its table has."""

    who: Role | str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    sees: Sequence[object] = ()
    rows: int | None = None
    asks: str = ""
    token: tuple[str, str] | None = None


class Year:
    """The hub after its year, opened anew."""

    def __init__(self, place: Path, hub: Instance) -> None:
        self.place, self.hub = place, hub
        self.app: Flask = build_app(hub, secret_key=b"s" * 32)
        self._browsers: dict[Role | str | None, Browser] = {}

    @cached_property
    def rules(self) -> dict[str, list[Rule]]:
        """Return every rule that can be got, of the pages and of TAXII beside them, by endpoint."""
        found: dict[str, list[Rule]] = {}
        for each in (self.app, self.app.extensions["taxii"]):
            for rule in each.url_map.iter_rules():
                if "GET" in (rule.methods or ()):
                    found.setdefault(rule.endpoint, []).append(rule)
        return found

    def get(self, endpoint: str, visit: Visit) -> TestResponse:
        """Open the page as the visitor would."""
        values = {name: str(value) for name, value in visit.values.items()}
        rule = next(each for each in self.rules[endpoint] if each.arguments == set(values))
        path = rule.map.bind("localhost").build(endpoint, values, method="GET") + visit.asks
        taxii = {"Accept": TAXII} if visit.token else {}
        client = self._browser(visit.who).client
        return client.get(path, auth=visit.token, headers=taxii, buffered=True)

    def _browser(self, who: Role | str | None) -> Browser:
        if who not in self._browsers:
            browser = self._browsers[who] = Browser(self.app)
            if who is not None:
                with self.hub.db.reading() as session:
                    account = accounts.account_by_email(session, STAFF[who] if isinstance(who, Role) else who)
                assert account is not None, who
                browser.sign_in(self.hub, account)
        return self._browsers[who]


Expected = Callable[[Year, orm.Session], Iterable[Visit]]
PAGES: dict[str, Expected] = {}


def page(*endpoints: str) -> Callable[[Expected], Expected]:
    """Take a function for what pages must show: it gives the visits to each of them."""

    def keep(expected: Expected) -> Expected:
        for each in endpoints:
            assert each not in PAGES, each
            PAGES[each] = expected
        return expected

    return keep


def text_of(answer: TestResponse) -> str:
    """Return what a person reads: the main part of a page, or the file, without space."""
    if answer.mimetype != "text/html":
        return squeezed(answer.get_data().decode("utf-8", errors="replace"))
    found = BeautifulSoup(answer.data, "html.parser").find("main")
    assert found is not None
    typed = (each.get("value", "") for each in found.select("input:not([type=hidden])"))
    return squeezed(" ".join([found.get_text(" "), *map(str, typed)]))


def rows_of(answer: TestResponse) -> int:
    """Return how many rows the tables of a page have."""
    return len(BeautifulSoup(answer.data, "html.parser").select("main tbody tr"))


def squeezed(text: object) -> str:
    """Return a text without white space, which pages break at will."""
    return re.sub(r"\s+", "", str(text))


def day_text(when: date) -> str:
    """Write a day, of Japan if it is an instant, as pages do."""
    day = when.astimezone(JST) if isinstance(when, datetime) else when
    return f"{day.year}年{day.month}月{day.day}日"


def account(session: orm.Session, email: str) -> Account:
    """Return the account of a mail address."""
    found = accounts.account_by_email(session, email)
    assert found is not None, email
    return found


def body(session: orm.Session, email: str = FIRST) -> Body:
    """Return the body whose contact has a mail address."""
    return session.scalars(sa.select(Body).join(Contact).where(Contact.email == email)).one()


def main_contact(session: orm.Session, email: str = FIRST) -> Contact:
    """Return the contact of a mail address."""
    return session.scalars(sa.select(Contact).where(Contact.email == email)).one()


def every(
    session: orm.Session, kind: type[Kind], *where: sa.ColumnElement[bool], order: Ordering = None
) -> list[Kind]:
    """Return the rows of a table, or those that are asked for; there must be one."""
    asked = sa.select(kind).where(*where)
    found = list(session.scalars(asked if order is None else asked.order_by(order)))
    assert found, f"the year has no {kind.__name__} for this page"
    return found


def count(session: orm.Session, kind: type[object], *where: sa.ColumnElement[bool]) -> int:
    """Count rows; there must be one."""
    found = session.scalar(sa.select(sa.func.count()).select_from(kind).where(*where)) or 0
    assert found, f"the year has no {kind.__name__} for this page"
    return found


def released_to(session: orm.Session, to: Body) -> Iterator[tuple[Advisory, Release]]:
    """Give each release that was addressed to a body, the newest first, with its advisory."""
    found = (
        sa.select(Advisory, Release)
        .join(Release, Release.advisory_id == Advisory.id)
        .join(ReleaseBody, ReleaseBody.release_id == Release.id)
        .where(ReleaseBody.body_id == to.id)
        .order_by(Release.released_at.desc())
    )
    yield from ((advisory, release) for advisory, release in session.execute(found))
