"""Every page at the size that the scheme may reach."""

from pathlib import Path

import pytest

from tests.bench.page_stock import stocked
from tests.bench.pages import BODIES, LEAST_PAGES, MOST_QUERIES, NOTICES, OPERATORS, hub_on, seen
from tests.conftest import BACKENDS
from tests.support import databases


@pytest.mark.endurance  # it makes 60,000 rows, on each database
@pytest.mark.parametrize("backend", BACKENDS)
def test_no_page_asks_more_of_the_database_the_more_bodies_there_are(backend: str, tmp_path: Path) -> None:
    opened = databases.sqlite(tmp_path) if backend == "sqlite" else databases.postgres("hub_test_pages")
    with opened as url, hub_on(url, tmp_path) as hub:
        stock = stocked(hub, bodies_wanted=BODIES, operators=OPERATORS, notices_wanted=NOTICES)
        pages = seen(hub, stock, turns=1)
    assert len(pages) >= LEAST_PAGES
    assert {page.path: page.queries for page in pages if page.queries > MOST_QUERIES} == {}
