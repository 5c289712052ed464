"""The coordinators' first page: as many statements for many notices as for few."""

from collections.abc import Callable

from hub.accounts.models import Role
from hub.core.instance import Instance
from tests.conftest import HandedIn
from tests.support import notices
from tests.support.advisories import PUBLICATION, make_body, make_cast, make_release
from tests.support.browser import Browser
from tests.support.counting import statements

Enter = Callable[[object], Browser]


def test_notices_past_their_hour_cost_the_first_page_no_further_statement(
    instance: Instance, clock: HandedIn, client_as: Enter
) -> None:
    with instance.db.transaction() as session:
        bodies = [make_body(session, name=name) for name in ("電力ISAC", "北の電力", "南の電力")]
        release = make_release(session, make_cast(session), *bodies)
    clock.now = PUBLICATION
    coordinator = client_as(Role.COORDINATOR)
    coordinator.get("/")
    asked = []
    for more in (0, 30):
        with instance.db.transaction() as session:
            for number in range(more):
                notices.add_like(session, release, number + 1, bodies)
        with statements(instance.db) as said:
            page = coordinator.soup("/")
        asked.append(len(said))
        [task] = [each for each in page.select("main li") if each.select('a[href="/advisories/published"]')]
        assert str(more + 1) in task.get_text()
    assert asked[0] == asked[1]
