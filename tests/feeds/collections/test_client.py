"""The field's own TAXII client against the hub on a real HTTP server, on both databases: the whole way."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from requests.exceptions import HTTPError
from taxii2client.v21 import Server, as_pages
from werkzeug.serving import make_server

from feeds.delivery.series import LIFTED
from feeds.delivery.states import State
from hub.app import build_app
from hub.core.instance import Instance
from hub.demo.mailserver import free_port
from sectors.bodies import queries as bodies
from sectors.bodies.states import State as BodyState
from tests.conftest import BACKENDS, HandedIn
from tests.feeds.collections.tool import Tool, receipt_note, report_id
from tests.support import delivery
from tests.support.delivery import Seat, World

logging.getLogger("werkzeug").setLevel(logging.ERROR)


@contextmanager
def served(hub: Instance) -> Iterator[str]:
    """Serve the hub on loopback, and give its address."""
    port = free_port()
    hub = replace(hub, config=replace(hub.config, base_url=f"http://127.0.0.1:{port}"))
    server = make_server("127.0.0.1", port, build_app(hub, secret_key=b"s" * 32), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield hub.config.base_url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=BACKENDS)
def live(
    request: pytest.FixtureRequest, tmp_path: Path, worker_id: str, seat: Seat, clock: HandedIn
) -> Iterator[tuple[World, str]]:
    """A world whose hub is served on loopback, and its address."""
    with delivery.lasting(request.param, tmp_path, f"hub_collections_{worker_id}") as db:
        hub = delivery.hub_on(db, seat, clock)
        with served(hub) as address:
            yield delivery.world_on(hub, seat), address


def test_a_body_polls_opens_and_answers_with_the_client_of_the_field(
    live: tuple[World, str], clock: Callable[[], object]
) -> None:
    world, address = live
    tool = Tool.of(world, world.power, build_app(world.hub, secret_key=b"s" * 32))
    first = world.release()
    world.revise(first)
    assert world.work() == 0
    url = f"{address}/taxii2/"
    with closing(Server(url, user=tool.username, password=tool.token)) as server:
        root = server.default
        found = {each.id: each for each in root.collections}
        assert set(found) == {str(tool.sealed), str(tool.answers), str(LIFTED)}
        pages = list(as_pages(found[str(tool.sealed)].get_objects, per_request=1))
        copies = [each for page in pages for each in page["objects"]]
        opened = [orjson.loads(world.seat.opened(world.seat.power, orjson.dumps(each))) for each in copies]
        assert [each["manifest"]["seq"] for each in opened] == [1, 2]
        code = opened[0]["manifest"]["receipt_code"]
        about = report_id(opened[0]["bundle"])
        status = found[str(tool.answers)].add_objects({"objects": [receipt_note(code, about=about)]})
        assert (status.status, status.success_count) == ("complete", 1)
        assert world.copy(first).state is State.OPENED
        assert found[str(tool.sealed)].get_objects(added_after=clock())["objects"] == copies[1:]
        with world.hub.db.transaction() as session:
            bodies.body(session, world.power.id).state = BodyState.SUSPENDED
        with pytest.raises(HTTPError, match="401"):
            found[str(tool.sealed)].get_objects()
        root.close()
