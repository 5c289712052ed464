"""Figures of 300 bodies and 60 notices: a page asks no more than one of a few."""

from collections.abc import Callable

import pytest

from hub.accounts.models import Role
from tests.conftest import HandedIn
from tests.feeds.figures.stock import AFTER, Scheme
from tests.support import notices
from tests.support.browser import Browser
from tests.support.counting import statements

Enter = Callable[[object], Browser]
BODIES, NOTICES = 300, 60
MOST_STATEMENTS = 40


@pytest.mark.soak
def test_the_pages_of_figures_ask_a_few_statements_with_300_bodies_and_60_notices(
    scheme: Scheme, clock: HandedIn, client_as: Enter
) -> None:
    bodies = scheme.bodies(BODIES, "electricity")
    first = scheme.release(bodies[:1])
    with scheme.hub.db.transaction() as session:
        for number in range(1, NOTICES):
            notices.add_like(session, first, number, bodies)
    clock.now = AFTER
    visits = ((Role.REVIEWER, "/figures?period=2026"), (None, "/figures/ours"))
    for role, path in visits:
        browser = client_as(role or scheme.contact(bodies[0]))
        browser.get(path)
        with statements(scheme.hub.db) as said:
            assert browser.get(path).status_code == 200
        assert len(said) < MOST_STATEMENTS, path
