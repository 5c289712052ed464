"""One table turns each refusal into an answer; a fault of ours shows an id and nothing else."""

import logging
from http import HTTPStatus

from flask import Flask, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from hub.core import metrics
from hub.core.errors import (
    ConflictError,
    HubError,
    IllegalMoveError,
    IncompleteError,
    InputError,
    NotAllowedError,
    NotFoundError,
)
from hub.core.pool import passes
from hub.core.vault import ShreddedError
from hub.web.request_ids import request_id

log = logging.getLogger(__name__)

STATUS: dict[type[HubError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,  # also: you may not know that it exists
    NotAllowedError: HTTPStatus.FORBIDDEN,
    IllegalMoveError: HTTPStatus.CONFLICT,
    ConflictError: HTTPStatus.CONFLICT,
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ShreddedError: HTTPStatus.GONE,
}
BUSY_FOR = 30  # seconds until a request is worth repeating
KNOWN = frozenset({400, 403, 404, 405, 409, 410, 413, 415, 422, 429})


def install_errors(app: Flask) -> None:
    """Answer refusals and faults with a page of the hub's own."""
    app.register_error_handler(HubError, _refused)
    app.register_error_handler(IncompleteError, _incomplete)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(SecurityError, _other_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _page(status: int, message: str = "") -> tuple[str, int]:
    return render_template("errors/error.html", status=status, message=message, id=request_id()), status


def _refused(error: HubError) -> ResponseReturnValue:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), None)
    if status is None:
        return _fault(error)
    # The name of a move is not for people; the page of a conflict says to look at the present state.
    untold = status is HTTPStatus.NOT_FOUND or isinstance(error, IllegalMoveError)
    message = "" if untold else str(error)
    return _page(status, _(message) if message else "")


def _incomplete(error: IncompleteError) -> ResponseReturnValue:
    """Tell what is missing, and the operator where it belongs; nobody who asks can do more than say so."""
    metrics.FAULTS.inc()
    facts = {"fault": request_id(), "missing": error.missing, "look": "priority-hub doctor"}
    log.error("the instance is incomplete", extra=facts)
    page = render_template("errors/incomplete.html", sentence=_(str(error)), id=request_id())
    return page, HTTPStatus.SERVICE_UNAVAILABLE


def _csrf(error: CSRFError) -> ResponseReturnValue:  # noqa: ARG001 - Flask hands it in
    return _page(
        HTTPStatus.BAD_REQUEST, _("This form was open too long or was changed. Go back and send it again.")
    )


def _other_host(error: SecurityError) -> ResponseReturnValue:  # noqa: ARG001 - Flask hands it in
    return "This is not the name of this site.\n", HTTPStatus.BAD_REQUEST, {"Content-Type": "text/plain"}


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError):  # a refusal's page failed, too
        return _fault(error.original_exception or error)
    if error.response is not None or (error.code or 500) < HTTPStatus.BAD_REQUEST:
        return error
    page, status = _page(error.code if error.code in KNOWN else HTTPStatus.BAD_REQUEST)
    return page, status, [(name, value) for name, value in error.get_headers() if name != "Content-Type"]


def _fault(error: BaseException) -> ResponseReturnValue:
    g.fault = request_id()
    if passes(error):
        return _busy(error)
    metrics.FAULTS.inc()
    log.error("fault", extra={"fault": g.fault}, exc_info=error)
    page = render_template("errors/error.html", status=500, message="", id=g.fault)
    return page, HTTPStatus.INTERNAL_SERVER_ERROR


def _busy(error: BaseException) -> ResponseReturnValue:
    log.warning("the database is busy or away", extra={"fault": g.fault}, exc_info=error)
    page = render_template("errors/error.html", status=503, message="", id=g.fault)
    return page, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(BUSY_FOR)}
