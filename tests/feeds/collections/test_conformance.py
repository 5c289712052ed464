"""The tables of the TAXII standard against the whole application, as a body's tool meets it."""

from collections.abc import Iterator

import pytest

from feeds.collections import service
from feeds.delivery.series import LIFTED, lifted_collection, series_of
from feeds.taxii import store
from hub.app import build_app
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.instance import Instance
from tests.conftest import HandedIn
from tests.feeds.taxii.bodies import POSTED, Posted
from tests.feeds.taxii.cases import CASES, HELD, Case
from tests.feeds.taxii.objects import written
from tests.feeds.taxii.stand import Stand, try_case, try_posted
from tests.support import databases
from tests.support.advisories import NOW, VAULT, make_body
from tests.support.delivery import TOKEN_KEY


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A hub with two bodies; what every body may read holds the objects of the tables."""
    folder = tmp_path_factory.mktemp("conformance")
    with databases.sqlite(folder) as url:
        db = databases.database(databases.engine_for(url))
        config = Config(instance=folder, database_url=url, taxii_rate="1000000 per minute")
        hub = Instance(config=config, db=db, vault=VAULT, token_key=TOKEN_KEY, clock=HandedIn())
        client = build_app(hub, secret_key=b"s" * 32).test_client()
        with db.transaction() as session:
            ours, theirs = (make_body(session, name=name) for name in ("電力ISAC", "ガス協議会"))
            made, token = service.add_client(session, ours.id, "SIEM", key=TOKEN_KEY, by=THE_HUB, now=NOW)
            lifted_collection(session)
            store.add(session, LIFTED, [written(each) for each in HELD.values()], now=NOW)
            series, others = series_of(session, ours.id), series_of(session, theirs.id)
        yield Stand(
            client=client,
            auth=(made.username, token),
            ro=LIFTED,
            rw=series.answers_id,
            theirs=others.answers_id,
        )
        db.dispose()


def test_there_are_more_than_seven_hundred_cases() -> None:
    assert len(CASES) + len(POSTED) > 700


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_standard(stand: Stand, case: Case) -> None:
    try_case(stand, case)


@pytest.mark.parametrize("posted", POSTED, ids=str)
def test_what_is_posted(stand: Stand, posted: Posted) -> None:
    try_posted(stand, posted)
