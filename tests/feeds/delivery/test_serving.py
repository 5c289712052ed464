"""What the hub's signing subkey has to serve: the latest publication of an open advisory."""

from feeds.advisories import queries as advisories
from tests.support.advisories import PUBLICATION
from tests.support.delivery import World


def test_the_latest_publication_of_an_open_advisory_is_what_a_new_subkey_must_serve(world: World) -> None:
    with world.hub.db.reading() as session:
        assert advisories.latest_publication(session) is None
    release = world.release()
    with world.hub.db.reading() as session:
        assert advisories.latest_publication(session) == PUBLICATION
    world.lift(release)
    with world.hub.db.reading() as session:
        assert advisories.latest_publication(session) is None
