"""How an endpoint replies: a resource with the media type, or the error message resource for any failure."""

import logging
import secrets
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from feeds.taxii import negotiation, resources
from feeds.taxii.problems import TaxiiError, unknown
from hub.core import metrics
from hub.core.errors import NotFoundError
from hub.core.pool import passes

HEADERS = {"Content-Type": negotiation.MEDIA_TYPE, "Cache-Control": "no-store"}
KEPT_HEADERS = frozenset({"allow", "retry-after", "www-authenticate"})
BUSY_FOR = "30"  # seconds until a request is worth repeating
log = logging.getLogger(__name__)


def install(blueprint: Blueprint) -> None:
    """Answer every failure of the blueprint, and of paths below it that no route takes."""
    blueprint.before_app_request(_below_our_paths)
    blueprint.register_error_handler(TaxiiError, _refused)
    blueprint.register_error_handler(NotFoundError, _missing)
    blueprint.register_error_handler(HTTPException, _failed)
    blueprint.register_error_handler(Exception, _fault)


def reply(body: bytes | resources.Pieces, *, code: int = 200) -> Response:
    """Return a resource as TAXII sends it."""
    return Response(body, status=code, headers=HEADERS)


def _refused(error: TaxiiError) -> Response:
    response = reply(resources.error(error.code, str(error)), code=error.code)
    if error.code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="TAXII", charset="UTF-8"'
    return response


def _missing(_: NotFoundError) -> Response:
    return _refused(unknown())


def _failed(error: HTTPException) -> Response:
    """Answer with the status of an error from elsewhere: routing, the rate limit, the framework."""
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if code < HTTPStatus.BAD_REQUEST:  # a redirect would lose the method and the credentials
        return _refused(unknown())
    response = reply(resources.error(code, HTTPStatus(code).phrase), code=code)
    for name, value in error.get_headers():
        if name.lower() in KEPT_HEADERS:
            response.headers[name] = value
    return response


def _fault(error: Exception) -> Response:
    """Answer a fault of ours with an id that the log has too, and nothing else."""
    fault, busy = secrets.token_hex(6), passes(error)
    log.error("fault", extra={"fault": fault, "busy": busy}, exc_info=error)
    if not busy:
        metrics.FAULTS.inc()
    code = HTTPStatus.SERVICE_UNAVAILABLE if busy else HTTPStatus.INTERNAL_SERVER_ERROR
    response = reply(resources.error(code, code.phrase, error_id=fault), code=code)
    if busy:
        response.headers["Retry-After"] = BUSY_FOR
    return response


def _below_our_paths() -> Response | None:
    """Answer what no route takes: a blueprint's own handlers do not see those errors."""
    error = request.routing_exception
    below = (resources.DISCOVERY, resources.API_ROOT)
    if error is None or not f"{request.path}/".startswith(below):
        return None
    return _failed(error)
