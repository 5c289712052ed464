"""Every page that can be got has something true to show after a year: what the database holds of it."""

from http import HTTPStatus
from importlib import import_module

import pytest

from tests.hub.demo.year.exempt import EXEMPT
from tests.hub.demo.year.world import PAGES, Year, rows_of, squeezed, text_of

pytestmark = pytest.mark.soak
SUBJECTS = ("people", "joining", "bodies", "matters", "delivery", "figures", "staff", "machines")
for subject in SUBJECTS:
    import_module(f"tests.hub.demo.year.{subject}_pages")


def test_every_page_is_looked_at_or_exempt_with_its_reason(year: Year) -> None:
    assert set(year.rules) - {"static"} == set(PAGES) | set(EXEMPT)
    assert not set(PAGES) & set(EXEMPT)


@pytest.mark.parametrize("endpoint", sorted(PAGES))
def test_a_page_shows_what_the_year_left(year: Year, endpoint: str) -> None:
    with year.hub.db.reading() as session:
        visits = list(PAGES[endpoint](year, session))
    assert visits, "nobody visits it"
    for visit in visits:
        answer = year.get(endpoint, visit)
        assert answer.status_code == HTTPStatus.OK, (endpoint, answer.status_code, answer.location)
        assert visit.sees or visit.rows is not None, "nothing is looked for"
        text = text_of(answer)
        missing = [str(word) for word in visit.sees if squeezed(word) not in text]
        assert not missing, (endpoint, visit.who, missing, text[:3000])
        assert visit.rows is None or rows_of(answer) == visit.rows, (endpoint, visit.who)


@pytest.mark.parametrize("endpoint", sorted(EXEMPT))
def test_an_exempt_page_is_a_form_that_opens(year: Year, endpoint: str) -> None:
    with year.hub.db.reading() as session:
        visit = EXEMPT[endpoint].visit(year, session)
    answer = year.get(endpoint, visit)
    assert EXEMPT[endpoint].because
    assert answer.status_code == EXEMPT[endpoint].answers, (endpoint, answer.status_code)
