"""The relay as it is served: the TAXII endpoints of the hub, over loopback, beside the polling."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from feeds.receiver.relay import Relay
from feeds.taxii.views import taxii_blueprint
from hub.core.errors import ConfigurationError


class Quiet(WSGIRequestHandler):
    """Tells nobody which tool has asked for what."""

    timeout = 30  # seconds of silence

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Write nothing."""


def relay_app(relay: Relay) -> Flask:
    """Return the endpoints of one relay."""
    app = Flask(__name__)
    app.register_blueprint(taxii_blueprint(relay))
    return app


@contextmanager
def served(relay: Relay, host: str, port: int) -> Iterator[None]:
    """Serve the relay in threads of this process until the block ends.

    Werkzeug's own server is enough here: it is met by tools of this machine alone, which have the token.

    Raises:
        ConfigurationError: the address is taken.

    """
    try:
        server = make_server(host, port, relay_app(relay), threaded=True, request_handler=Quiet)
    except (OSError, SystemExit):  # werkzeug ends the program when the address is taken
        raise ConfigurationError(f"{host}:{port} cannot be served: the address is taken") from None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
