"""What every test can ask for: a database that forgets, an instance on it, the application, people."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from hub.accounts.models import Account, Role
from hub.app import build_app
from hub.core.config import Config, Mail
from hub.core.db import Database
from hub.core.instance import Instance
from hub.core.vault import Vault
from tests.support import databases
from tests.support.applications import make_person
from tests.support.browser import Browser

POSTGRES_ANSWERS = databases.postgres_answers()
BACKENDS = ["sqlite", "postgresql"] if POSTGRES_ANSWERS else ["sqlite"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not POSTGRES_ANSWERS:
        terminalreporter.section("HALF OF THE TESTS IS MISSING", red=True, bold=True)
        terminalreporter.line(
            f"No PostgreSQL answers at {databases.shown()}: only SQLite was tested.", red=True
        )
        terminalreporter.line("Start one, or set HUB_TEST_POSTGRES_URL.", red=True)


def pytest_sessionstart() -> None:
    if not POSTGRES_ANSWERS and os.environ.get("CI"):
        pytest.exit("no PostgreSQL answers, and this is CI", returncode=3)


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Callable[[str], sa.Engine]]:
    """Give the migrated database of a kind: made once, however often tests change to the other and back."""
    with ExitStack() as open_ones:

        @cache
        def made(kind: str) -> sa.Engine:
            if kind == "sqlite":
                opened = databases.sqlite(tmp_path_factory.mktemp("sqlite"))
            else:
                opened = databases.postgres(f"hub_test_{os.getpid()}_{worker_id}")
            engine = databases.engine_for(open_ones.enter_context(opened))
            open_ones.callback(engine.dispose)
            return engine

        yield made


@pytest.fixture(scope="session", params=BACKENDS)
def engine(request: pytest.FixtureRequest, engines: Callable[[str], sa.Engine]) -> sa.Engine:
    """A migrated database of each kind."""
    return engines(request.param)


@pytest.fixture
def db(engine: sa.Engine) -> Iterator[Database]:
    """A database that forgets everything after the test, commits included."""
    with engine.execution_options(hub_write=True).connect() as connection:
        undo = connection.begin()
        yield databases.database(connection)
        undo.rollback()


@pytest.fixture
def clock() -> "HandedIn":
    return HandedIn()


class HandedIn:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def instance(db: Database, tmp_path: Path, clock: HandedIn) -> Instance:
    """An instance on a database that forgets, with a clock that a test moves."""
    config = Config(
        instance=tmp_path,
        database_url=str(db.bind.engine.url),
        base_url="http://localhost:8000",
        mail=Mail(tls="none", port=1, sender="hub@hub.example.jp"),
    )
    return Instance(config=config, db=db, vault=Vault(bytes(32)), token_key=b"t" * 32, clock=clock)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates, compiled once for all the applications of a test process: most of a page's time."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session", autouse=True)
def compiled_routes() -> Iterator[None]:
    """Routes, compiled once for all the applications of a test process: Werkzeug writes Python for each."""
    compile_builder, known = Rule._compile_builder, {}  # no other door

    def compiled(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - its signature
        same = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if same not in known:
            known[same] = compile_builder(rule, append_unknown)
        return known[same]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compiled)
        yield


@pytest.fixture
def app(instance: Instance, compiled_templates: FileSystemBytecodeCache) -> Flask:
    """The web application on the instance, as it is served: CSRF included."""
    app = build_app(instance, secret_key=b"s" * 32)
    app.jinja_env.bytecode_cache = compiled_templates
    return app


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A visitor's browser."""
    return Browser(app)


@pytest.fixture
def client_as(app: Flask, instance: Instance) -> Callable[..., Browser]:
    """Give the browser of a person who is signed in: by role, or as an account made before."""

    def signed_in(who: object) -> Browser:
        browser = Browser(app)
        browser.sign_in(instance, who)
        return browser

    return signed_in


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Name of this test process."""
    return str(getattr(request.config, "workerinput", {"workerid": "main"})["workerid"])


@pytest.fixture
def applicant(instance: Instance) -> Account:
    return make_person(instance, Role.APPLICANT)


@pytest.fixture
def reviewer(instance: Instance) -> Account:
    return make_person(instance, Role.REVIEWER)


@pytest.fixture
def coordinator(instance: Instance) -> Account:
    return make_person(instance, Role.COORDINATOR)
