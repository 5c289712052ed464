"""Where a scanner is configured, no uploaded file leaves before it was called clean.

An uploaded file is whatever a view hands out as an attachment under the `sandbox` policy: every view that
hands one out sets both, so that none can be forgotten here.
"""

import logging
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template, request

from hub.core.scanning import Verdict, verdict

STATUS = {Verdict.HARMFUL: HTTPStatus.GONE, Verdict.UNKNOWN: HTTPStatus.SERVICE_UNAVAILABLE}
log = logging.getLogger(__name__)


def install_scanning(app: Flask, command: tuple[str, ...]) -> None:
    """Look at each uploaded file as it leaves; nothing is done without a command."""
    if not command:
        return

    @app.after_request
    def _look(response: Response) -> Response:
        if not _is_upload(response):
            return response
        found = verdict(response.get_data(), command=command)
        if found is Verdict.CLEAN:
            return response
        log.warning("an uploaded file was not handed out", extra={"verdict": found, "path": request.path})
        page = render_template("errors/scanned.html", harmful=found is Verdict.HARMFUL)
        return make_response(page, STATUS[found])


def _is_upload(response: Response) -> bool:
    disposition = response.headers.get("Content-Disposition", "")
    return disposition.startswith("attachment") and "sandbox" in response.headers.get(
        "Content-Security-Policy", ""
    )
