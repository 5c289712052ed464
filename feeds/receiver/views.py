"""The relay as it is served: the TAXII endpoints of the hub, over loopback, beside the polling."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import waitress
from flask import Flask

from feeds.receiver.relay import Relay
from feeds.taxii.views import taxii_blueprint
from hub.core.errors import ConfigurationError

THREADS = 4


def relay_app(relay: Relay) -> Flask:
    """Return the endpoints of one relay."""
    app = Flask(__name__)
    app.register_blueprint(taxii_blueprint(relay))
    return app


@contextmanager
def served(relay: Relay, host: str, port: int) -> Iterator[None]:
    """Serve the relay in threads of this process until the block ends.

    Raises:
        ConfigurationError: the address is taken.

    """
    try:
        server = waitress.create_server(
            relay_app(relay),
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise ConfigurationError(f"{host}:{port} cannot be served: {error.strerror}") from None
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.close()
        thread.join(timeout=10)
