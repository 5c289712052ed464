"""TAXII beside the pages, as an application of its own: machines bring no cookies, sessions or forms.

What pages need for each request - who is signed in, form tokens, languages - is neither asked nor paid for
here; what holds for both - headers, limits, odd input - is installed in both.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from flask import Flask

from feeds.collections.backend import HubBackend
from feeds.taxii import resources
from feeds.taxii.views import taxii_blueprint
from hub.core.instance import Instance
from hub.web.headers import always
from hub.web.intake import install_intake
from hub.web.wiring import wire

Wsgi: TypeAlias = Any  # PEP 3333; Werkzeug and gunicorn type it differently
View = TypeVar("View", bound=Callable[..., Any])
BELOW = (resources.DISCOVERY, resources.API_ROOT)


class Machines(Flask):
    """Serves TAXII."""

    def ensure_sync(self, func: View) -> View:
        """Return the view as it is; to look for asynchronous ones takes time in every request."""
        return func


def install_taxii(app: Flask, hub: Instance, settings: Mapping[str, object]) -> None:
    """Let TAXII answer below its paths, and the application itself everywhere else."""
    machines = Machines("taxii", static_folder=None)
    machines.config.update(settings)
    wire(machines, hub)
    install_intake(machines)
    machines.register_blueprint(taxii_blueprint(HubBackend(hub)))
    app.extensions["taxii"] = machines
    headed = _headed(machines.wsgi_app, list(always(https=hub.config.https).items()))
    app.wsgi_app = _by_path(app.wsgi_app, headed)  # type: ignore[method-assign] # Flask's documented way


def _headed(application: Wsgi, always: list[tuple[str, str]]) -> Wsgi:
    """Add the headers that TAXII's own answers never bear."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - PEP 3333
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:  # noqa: ANN401 - likewise
            return start_response(status, headers + always, *error)

        found: Iterable[bytes] = application(environ, start)
        return found

    return answer


def _by_path(pages: Wsgi, machines: Wsgi) -> Wsgi:
    def choose(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - PEP 3333
        below = f"{environ.get('PATH_INFO', '')}/".startswith(BELOW)
        answer: Iterable[bytes] = (machines if below else pages)(environ, start_response)
        return answer

    return choose
