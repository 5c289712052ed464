"""Two people at the same moment, on connections of their own: the database decides, one is told."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from hub.accounts.models import Account, Role
from hub.core.db import Database
from hub.core.errors import ConflictError
from hub.core.vault import Vault
from sectors.applications import queries, review
from sectors.applications.states import State
from sectors.catalogue.shipped import ship
from tests.conftest import BACKENDS
from tests.support import databases
from tests.support.applications import NOW, acting, make_application
from tests.support.people import make_account

VAULT = Vault(bytes(32))


@pytest.fixture(params=BACKENDS)
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database that several connections use at once."""
    name = f"hub_at_once_{uuid.uuid4().hex[:8]}"
    opened = databases.sqlite(tmp_path) if request.param == "sqlite" else databases.postgres(name)
    with opened as url:
        db = databases.database(databases.engine_for(url))
        yield db
        db.dispose()


def person(db: Database, role: Role) -> Account:
    with db.transaction() as session:
        ship(session, now=NOW)
        return make_account(session, role)


def both(act: Callable[[Account], None], people: list[Account]) -> list[str]:
    """Let both act at the same moment; return what each was told."""
    ready = Barrier(len(people))

    def one(who: Account) -> str:
        ready.wait(timeout=10)
        try:
            act(who)
        except ConflictError:
            return "told"
        return "done"

    with ThreadPoolExecutor(len(people)) as threads:
        return sorted(threads.map(one, people))


def test_of_two_reviewers_one_takes_and_the_other_is_told(shared: Database) -> None:
    applicant = person(shared, Role.APPLICANT)
    with shared.transaction() as session:
        application_id = make_application(session, applicant, vault=VAULT).id

    def take(who: Account) -> None:
        with shared.transaction() as session:
            review.take(session, application_id, version=1, by=acting(who), now=NOW)

    reviewers = [person(shared, Role.REVIEWER), person(shared, Role.REVIEWER)]
    assert both(take, reviewers) == ["done", "told"]
    with shared.reading() as session:
        assert queries.application(session, application_id).state is State.IN_REVIEW
        assert len(queries.history(session, application_id)) == 2


def test_of_two_colleagues_one_files_and_the_other_is_told(shared: Database) -> None:
    with shared.transaction() as session:
        ship(session, now=NOW)
        first = make_account(session, Role.APPLICANT)
        second = make_account(session, Role.APPLICANT, first.organisation)

    def file(who: Account) -> None:
        with shared.transaction() as session:
            make_application(session, who, vault=VAULT)

    assert both(file, [first, second]) == ["done", "told"]
    with shared.reading() as session:
        assert len(queries.applications_of(session, first.organisation_id)) == 1
