"""Every page × every role × own and another's object, drawn from the URL map and from `table.py`."""

import hashlib
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hub.accounts.models import Role, SignIn
from hub.migrations.tables import metadata
from hub.web.access import ANYONE, rule_of
from tests.hub.access.table import TABLE
from tests.hub.access.world import SECRETS, SIDES, Side, Stage, Values, undone
from tests.support.browser import Browser

LETTERS = {role: letter for letter, role in zip("akrcud", Role, strict=True)}
TAXII = {"Accept": "application/taxii+json;version=2.1", "Content-Type": "application/taxii+json;version=2.1"}
SAFE = {"GET", "HEAD", "OPTIONS"}
PERSONAL = {"sign_in", "passkey"}
OWN_ACCOUNT = {"account", "authenticator", "passkeys", "password", "recovery", "step_up"}
FIXED: dict[str, Values] = {
    "language": {"chosen": "en"},
    "step": {"step_name": "organisation"},
    "file": {"filename": "hub.css"},
    "kind": {"kind": "letter"},
    "rule": {"kind": "new"},
    "sector": {"code": "gas"},
    "table": {"name": "whole"},
}
FILLED = {"challenge": "ABCD-EFGH"}  # where an empty form would be refused before its object is looked for
PASSING = re.compile(r'Content-Length: \d+|name="csrf_token" value="[^"]*"|\b[0-9a-f]{12}\b')


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table."""

    endpoint: str
    who: str
    about: str
    unready: int | None

    def opens(self, role: Role) -> bool:
        return self.who == "*" or LETTERS[role] in self.who


def rows() -> Iterator[Row]:
    for line in TABLE.strip().splitlines():
        endpoint, who, about, unready = (*line.split(), "", "")[:4]
        yield Row(endpoint=endpoint, who=who, about=about, unready=int(unready) if unready else None)


ROWS = {row.endpoint: row for row in rows()}


class Visitor:
    """Somebody who asks for pages of the stage, with the form token of the own session."""

    def __init__(self, made: Stage, role: Role | None) -> None:
        self.made, self.role = made, role
        self.browser = Browser(made.app)
        if role is not None:
            self.browser.sign_in(made.hub, made.person(role))
        field = self.browser.soup("/account/sessions" if role else "/sign-in").find(
            "input", {"name": "csrf_token"}
        )
        assert field
        self.token = field["value"]
        cookie = self.browser.client.get_cookie("hub")
        assert cookie
        self.cookie = cookie.value

    def asks(self, rule: Rule, method: str, values: Values) -> TestResponse:
        return self.sends(method, self.path(rule, method, values), FILLED)

    def path(self, rule: Rule, method: str, values: Values) -> str:
        wanted = {name: values.get(name, _nothing(rule, name)) for name in rule.arguments}
        return rule.map.bind("localhost").build(rule.endpoint, wanted, method=method)

    def sends(self, method: str, path: str, filled: Mapping[str, Any]) -> TestResponse:
        """Send a form with its token; a page that is got is told what was filled in, in its address."""
        got = method in SAFE
        data = None if got else {"csrf_token": self.token, **filled}
        self.browser.client.set_cookie("hub", self.cookie)  # some answers give another
        asked = filled if got and filled is not FILLED else None
        return self.browser.client.open(path, method=method, data=data, query_string=asked, buffered=True)


def _nothing(rule: Rule, name: str) -> object:
    if name == "lang":
        return "ja"
    return uuid.UUID(int=7) if "uuid" in repr(rule._converters[name]).lower() else "x"


def everywhere(app: Flask) -> Iterator[Rule]:
    """Yield the rules of the pages, and of TAXII beside them."""
    yield from app.url_map.iter_rules()
    yield from app.extensions["taxii"].url_map.iter_rules()


def tried(app: Flask) -> Iterator[tuple[Row, Rule, str]]:
    """Yield each page with each method that it takes."""
    for rule in everywhere(app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield ROWS[rule.endpoint], rule, method


def values_of(made: Stage, row: Row, role: Role, side: str) -> Values:
    """Return the values of an address: of the own object, or of another's."""
    if row.about in PERSONAL:
        return _personal(made, row.about, role, own=side == "ours")
    if row.about == "account":
        return {"account_id": made.person(Role.CONTACT).id}
    return FIXED.get(row.about) or made.side(role, side).objects.get(row.about, {})


def _personal(made: Stage, about: str, role: Role, *, own: bool) -> Values:
    other = Role.ADMINISTRATOR if role is not Role.ADMINISTRATOR else Role.AUDITOR
    return made.of_account[made.person(role if own else other).id][about]


def contents(made: Stage) -> dict[str, str]:
    """Return a hash of every table; sessions aside, which each request touches."""
    digests = {}
    for table in metadata.sorted_tables:
        if table.name != SignIn.__tablename__:
            rows = sorted(repr(tuple(row)) for row in made.connection.execute(table.select()))
            digests[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return digests


def told(answer: TestResponse) -> str:
    """Return all that an answer says, headers included."""
    return f"{answer.headers}{answer.get_data().decode(errors='replace')}"


def test_every_page_has_its_row_and_every_row_its_page(made: Stage) -> None:
    pages = {rule.endpoint for rule in everywhere(made.app)}
    assert pages - set(ROWS) == set(), "pages without a row in tests/hub/access/table.py"
    assert set(ROWS) - pages == set(), "rows of tests/hub/access/table.py without a page"


def test_every_page_states_the_rule_of_its_row(made: Stage) -> None:
    for row in ROWS.values():
        if row.who == "m":
            continue  # TAXII knows no roles
        rule = rule_of(made.app, row.endpoint)
        expected = ANYONE if row.who == "?" else frozenset(role for role in Role if row.opens(role))
        assert rule == expected, row.endpoint


def test_a_visitor_opens_the_public_pages_and_learns_nothing(made: Stage) -> None:
    visitor = Visitor(made, None)
    words = {word for side in (*made.bodies.values(), *made.applicants.values()) for word in side.words}
    for row, rule, method in tried(made.app):
        if row.who == "m":
            continue
        for side in SIDES:
            with undone(made):
                answer = visitor.asks(rule, method, values_of(made, row, Role.CONTACT, side))
            seen = (row.endpoint, method, answer.status_code)
            if row.who == "?":
                assert answer.status_code not in {403, 500}, seen
            else:
                assert answer.status_code == 303, seen
                assert answer.headers["Location"].startswith("/sign-in"), seen
            if method == "GET" and answer.status_code == 200:
                assert not [word for word in words if word in told(answer)], seen


@pytest.mark.parametrize("role", list(Role))
def test_other_roles_are_refused_and_change_nothing(made: Stage, role: Role) -> None:
    visitor, refused = Visitor(made, role), 0
    with undone(made):
        before = contents(made)
        for row, rule, method in tried(made.app):
            if row.who not in "?m*" and not row.opens(role):
                answer = visitor.asks(rule, method, values_of(made, row, role, "ours"))
                assert answer.status_code == 403, (row.endpoint, method, answer.status_code)
                refused += 1
        assert contents(made) == before
    assert refused > 50


@pytest.mark.parametrize("role", list(Role))
def test_who_may_open_a_page_opens_it_for_the_own_object(made: Stage, role: Role) -> None:
    visitor = Visitor(made, role)
    for row, rule, method in tried(made.app):
        if row.who in "?m" or not row.opens(role):
            continue
        with undone(made):
            answer = visitor.asks(rule, method, values_of(made, row, role, "ours"))
        seen = (row.endpoint, method, answer.status_code)
        if row.about == "none":
            assert answer.status_code == 404, seen
        else:
            closed = {401, 403, 404, 500} - {row.unready}
            assert answer.status_code not in closed, seen
        _learns_nothing(made, role, answer, seen)


def _learns_nothing(made: Stage, role: Role, answer: TestResponse, seen: object) -> None:
    """Check that an answer names no other body, and that who sees no advisory sees none."""
    if role in {Role.APPLICANT, Role.CONTACT}:
        unknown = (
            made.bodies["theirs"].words | made.applicants["theirs"].words - made.side(role, "ours").words
        )
    elif role in {Role.AUDITOR, Role.ADMINISTRATOR}:
        unknown = frozenset(SECRETS.values())
    else:
        return
    assert not [word for word in unknown if word in told(answer)], seen


@pytest.mark.parametrize("role", list(Role))
def test_the_object_of_another_is_as_if_it_were_not_there(made: Stage, role: Role) -> None:
    visitor, hidden = Visitor(made, role), 0
    outside = role in {Role.APPLICANT, Role.CONTACT}
    for row, rule, method in tried(made.app):
        bound = row.about in PERSONAL or (outside and row.about in made.side(role, "ours").objects)
        if row.who in "?m" or not row.opens(role) or not bound:
            continue
        with undone(made):
            others = values_of(made, row, role, "theirs")
            answer = visitor.asks(rule, method, others)
            nothing = visitor.asks(rule, method, {})
        seen = (row.endpoint, method, answer.status_code)
        assert answer.status_code == nothing.status_code == 404, seen
        assert _plain(answer, others) == _plain(nothing, {}), seen
        hidden += 1
    assert hidden


def test_a_hidden_object_takes_as_long_as_one_that_is_not_there(made: Stage) -> None:
    visitor, own = Visitor(made, Role.CONTACT), made.bodies["ours"].objects
    pages = [
        (rule, values_of(made, row, Role.CONTACT, "theirs"))
        for row, rule, method in tried(made.app)
        if method == "GET" and row.opens(Role.CONTACT) and row.about in own
    ]
    hidden: list[float] = []
    nothing: list[float] = []
    for _ in range(3):  # turn by turn, so that a busy machine slows both
        for times, there in ((hidden, True), (nothing, False)):
            begun = time.process_time()
            for rule, values in pages:
                visitor.asks(rule, "GET", values if there else {})
            times.append(time.process_time() - begun)
    assert 2 / 3 < median(hidden) / median(nothing) < 3 / 2, (hidden, nothing)


def _plain(answer: TestResponse, values: Values) -> str:
    """Return what an answer says, without what is another each time and without the address asked for."""
    said = told(answer)
    for each in (*values.values(), uuid.UUID(int=7)):
        said = said.replace(str(each), "ID")
    return re.sub(r"/ID|/x\b", "/ID", PASSING.sub("", said))


LEFT_BY_LOOKING = {
    "audit_entry",  # who looked at what
    "passkey_challenge",  # what a page asks a passkey to sign
}


@pytest.mark.parametrize("role", list(Role))
def test_looking_at_a_page_changes_nothing(made: Stage, role: Role) -> None:
    visitor, before = Visitor(made, role), contents(made)
    for row, rule, method in tried(made.app):
        if method == "GET" and row.who not in "?m" and row.opens(role):
            with undone(made):
                written = _rows_written(made)
                visitor.asks(rule, method, values_of(made, row, role, "ours"))
                after = contents(made) if _rows_written(made) > written else before
            changed = {name for name in before if before[name] != after[name]}
            assert changed <= LEFT_BY_LOOKING, row.endpoint


def _rows_written(made: Stage) -> int:
    """Return how many rows SQLite has written on this connection so far, undone ones included."""
    total: int = made.connection.connection.driver_connection.total_changes  # type: ignore[union-attr]
    return total


def test_the_password_alone_opens_no_page_of_anybody(made: Stage) -> None:
    visitor = Visitor(made, None)
    with visitor.browser.client.session_transaction() as cookie:
        until = made.hub.clock().timestamp() + 300
        cookie["pending"] = {"account": str(made.person(Role.COORDINATOR).id), "until": until}
    half_way = visitor.browser.client.get_cookie("hub")
    assert half_way
    visitor.cookie = half_way.value
    for row, rule, method in tried(made.app):
        if row.who not in "?m":
            answer = visitor.asks(rule, method, values_of(made, row, Role.COORDINATOR, "ours"))
            assert answer.status_code == 303, (row.endpoint, method)
            assert answer.headers["Location"].startswith("/sign-in"), (row.endpoint, method)


def test_an_auditor_changes_nothing_but_the_own_account() -> None:
    made_for = {endpoint.partition(".")[0] for endpoint, row in ROWS.items() if row.opens(Role.AUDITOR)}
    assert made_for == OWN_ACCOUNT | {"log", "retention"}
    assert not ROWS["retention.hold"].opens(Role.AUDITOR)
    assert not ROWS["retention.let_go"].opens(Role.AUDITOR)


def test_an_administrator_has_no_page_of_an_advisory() -> None:
    pages = {endpoint.partition(".")[0] for endpoint, row in ROWS.items() if row.opens(Role.ADMINISTRATOR)}
    assert pages == OWN_ACCOUNT | {"accounts", "outbox", "retention", "staff"}


def test_a_machine_reads_its_own_collections_and_no_others_are_there(made: Stage) -> None:
    ours, theirs = made.bodies["ours"], made.bodies["theirs"]
    for row, rule, method in tried(made.app):
        if row.who != "m":
            continue
        assert _machine(made, rule, method, ours, None).status_code == 401, row.endpoint
        assert _machine(made, rule, method, ours, ("body-0", "x")).status_code == 401, row.endpoint
        answer = _machine(made, rule, method, ours, ours.token)
        assert answer.status_code not in {401, 500}, (row.endpoint, method)
        if row.about not in {"", "none"}:
            assert answer.status_code != 404, (row.endpoint, method)
            hidden = _machine(made, rule, method, theirs, ours.token)
            nothing = _machine(made, rule, method, None, ours.token)
            assert hidden.status_code == nothing.status_code == 404, (row.endpoint, method)
            assert _plain(hidden, theirs.objects["object"]) == _plain(nothing, {})
        assert not [word for word in theirs.words if word in told(answer)], (row.endpoint, method)


def _machine(
    made: Stage, rule: Rule, method: str, side: Side | None, token: tuple[str, str] | None
) -> TestResponse:
    values = side.objects["object"] if side else {}
    wanted = {name: values.get(name, _nothing(rule, name)) for name in rule.arguments}
    path = rule.map.bind("localhost").build(rule.endpoint, wanted, method=method)
    with undone(made):
        return made.app.test_client().open(
            path, method=method, headers=TAXII, auth=token, data=b"{}", buffered=True
        )
