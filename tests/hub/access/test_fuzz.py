"""Ten thousand odd inputs to every form, every parameter and TAXII: always an answer, never a fault."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import FileSystemBytecodeCache

from hub.accounts import passwords
from hub.accounts.models import Role
from tests.conftest import POSTGRES_ANSWERS
from tests.hub.access.forms import Form, distinct, forms_on
from tests.hub.access.test_matrix import TAXII, Visitor, tried, values_of
from tests.hub.access.world import Stage, stage, undone
from tests.support import databases, delivery

MARKUP = "<script>alert(1)</script>"
HOSTILE = (
    *("\x00", "' OR 1=1 --", MARKUP, "{{ 7 * 7 }}", "%s%n", "\r\nBcc: x@example.jp", "=1+1", "\u202egpj.exe"),
    *("\ud7ff\uffff\U0010ffff", "İ" * 254, "あ" * 5000, "../../etc/passwd", "-1", "0", "1e309", "NaN", "٣"),
    *("99999999999999999999", "2147483648", "9223372036854775808", "2026-02-30", "0000-00-00", "9999-12-31"),
    *("9999-12-31T23:59", "0001-01-01T00:00", "24:00", "[]", "null", "true", "{}", '{"a":', " ", "\t", "　"),
    *(
        "a@example.jp",
        "PI-2026-7K3QX",
        "CVE-2026-10001",
        "00000000-0000-0000-0000-000000000007",
        "|",
        "\\" * 99,
    ),
)
TEXT = st.sampled_from(HOSTILE) | st.text(max_size=60) | st.integers().map(str) | st.dates().map(str)
FILE = st.tuples(
    st.sampled_from(["x.pdf", "x.csv", "x.asc", "x.json", "..", "\u202e.pdf", ""]), st.binary(max_size=400)
)
FEW = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True
)
MANY = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


class Fuzzed:
    """The stage with every form that its people see, and a browser for each of them."""

    def __init__(self, made: Stage) -> None:
        self.made = made
        self.visitors = {role: Visitor(made, role) for role in (None, *Role)}
        self.forms = distinct(self._forms())

    def _forms(self) -> Iterator[Form]:
        for role, visitor in self.visitors.items():
            for row, rule, method in tried(self.made.app):
                seen = row.who == "?" if role is None else row.who not in "?m" and row.opens(role)
                values = values_of(self.made, row, role or Role.CONTACT, "ours")
                if seen and method == "POST":  # what no page shows now is posted to all the same
                    path = visitor.path(rule, method, values)
                    yield Form(role=role, method=method, path=path, fields={}, files=("file",))
                if seen and method == "GET" and rule.endpoint != "static":
                    with undone(self.made):
                        answer = visitor.asks(rule, method, values)
                    if answer.mimetype == "text/html":
                        yield from forms_on(visitor.path(rule, method, values), role, answer.text)

    def send(self, form: Form, data: dict[str, Any]) -> None:
        """Send a filled form; what it did is undone."""
        with undone(self.made):
            answer = self.visitors[form.role].sends(form.method, form.path, data)
            self.still_there()
        assert answer.status_code < 500, (form.role, form.method, form.path, data)
        if answer.mimetype == "text/html":
            assert MARKUP not in answer.text, (form.role, form.path)

    def still_there(self) -> None:
        """Check that no transaction was left broken."""
        assert self.made.connection.scalar(sa.text("SELECT 1")) == 1


def fill(data: st.DataObject, form: Form) -> dict[str, Any]:
    """Return values for a form's fields: what the page offers, something odd, several, or nothing."""
    filled: dict[str, Any] = {}
    for name, offered in form.fields.items():
        usual = st.sampled_from(offered) if offered else st.just("")
        values = data.draw(st.lists(usual | TEXT, max_size=2))
        if values:
            filled[name] = values
    filled |= data.draw(st.dictionaries(TEXT.filter(bool), TEXT, max_size=1))
    for name in form.files if form.method == "POST" else ():
        file_name, content = data.draw(FILE)
        filled[name] = (io.BytesIO(content), file_name)
    return filled


def odd_form(fuzzed: Fuzzed, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(fuzzed.forms))
    fuzzed.send(form, fill(data, form))


@pytest.fixture(scope="session")
def fuzzed(made: Stage) -> Fuzzed:
    return Fuzzed(made)


@FEW
@given(data=st.data())
def test_some_odd_forms_are_answered(fuzzed: Fuzzed, data: st.DataObject) -> None:
    odd_form(fuzzed, data)


@pytest.fixture(scope="module")
def quick_hashes() -> Iterator[None]:
    """Passwords that are checked in no time: most of what forms of sign-in cost otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(passwords, "NOBODYS", passwords.hashed("nobody's, as quick as the others"))
        yield


@pytest.fixture(scope="module", params=["sqlite", "postgresql"] if POSTGRES_ANSWERS else ["sqlite"])
def everything(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    compiled_templates: FileSystemBytecodeCache,
    worker_id: str,
    quick_hashes: None,  # noqa: ARG001 - for as long as the stage is there
) -> Iterator[Fuzzed]:
    """The stage on a database of each kind."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    opened = (
        databases.sqlite(folder) if request.param == "sqlite" else databases.postgres(f"hub_fuzz_{worker_id}")
    )
    with delivery.seat(folder / "seat") as seat, opened as url, stage(url, seat, compiled_templates) as on:
        yield Fuzzed(on)


@pytest.mark.soak
def test_the_forms_of_all_people_are_found(everything: Fuzzed) -> None:
    assert len(everything.forms) > 200
    assert {form.role for form in everything.forms} == {None, *Role}
    fields = {name for form in everything.forms for name in form.fields}
    assert {"email", "password", "code", "title_ja", "number"} <= fields


@pytest.mark.soak
def test_thousands_of_odd_forms_are_answered(everything: Fuzzed) -> None:
    on_postgresql = everything.made.connection.dialect.name == "postgresql"

    @settings(MANY, max_examples=1000 if on_postgresql else 6000)
    @given(data=st.data())
    def odd(data: st.DataObject) -> None:
        odd_form(everything, data)

    odd()


NAMES = st.sampled_from(
    [
        "limit",
        "next",
        "added_after",
        "match[id]",
        "match[type]",
        "match[version]",
        "match[spec_version]",
        "match",
    ]
)
VALUES = st.sampled_from(["1", "all", "first", "last", "2.1", "artifact", "2026-11-20T01:00:00Z"]) | TEXT
HEADERS = st.sampled_from(
    [TAXII["Accept"], "application/taxii+json", "*/*", "text/html", "", ";;", "a/b;q=x"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECT = st.fixed_dictionaries(
    {"type": st.just("note"), "spec_version": st.just("2.1")},
    optional=dict.fromkeys(("id", "created", "modified", "content", "object_refs", "labels"), JSON),
)
BODIES = (
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.lists(OBJECT, max_size=2).map(lambda objects: json.dumps({"objects": objects}).encode())
)


@pytest.mark.soak
def test_thousands_of_odd_polls_are_answered(everything: Fuzzed) -> None:
    made = everything.made
    pages = [(rule, method) for row, rule, method in tried(made.app) if row.who == "m"]
    owned = [made.bodies[name].objects["collection"] for name in ("ours", "theirs")]

    @settings(MANY, max_examples=1500)
    @given(data=st.data())
    def odd(data: st.DataObject) -> None:
        rule, method = data.draw(st.sampled_from(pages))
        path = everything.visitors[None].path(rule, method, data.draw(st.sampled_from(owned)))
        headers = {"Accept": data.draw(HEADERS), "Content-Type": data.draw(HEADERS)}
        with undone(made):
            answer = made.app.test_client().open(
                path,
                method=method,
                query_string=data.draw(st.dictionaries(NAMES | TEXT, VALUES, max_size=3)),
                headers=headers,
                auth=made.bodies["ours"].token,
                data=data.draw(BODIES) if method == "POST" else None,
            )
            everything.still_there()
        assert answer.status_code < 500, (method, path)
        assert answer.content_type == TAXII["Accept"]

    odd()
