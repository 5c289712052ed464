"""Who reads what is kept sealed: each page that opened any of it leaves a row in the log.

Views record what is an act of its own (a notice viewed, a document fetched); every other page that shows
sealed content is recorded here, so that none can be forgotten.
"""

import uuid
from http import HTTPStatus

from flask import Flask, Response, request
from flask_login import current_user

from hub.core import audit
from hub.core.audit import RECORDED
from hub.core.vault import OPENED
from hub.web.wiring import actor, now, wired


def install_reading(app: Flask) -> None:
    """Watch every request of a person who is signed in."""
    app.before_request(_begin)
    app.after_request(_note)


def _begin() -> None:
    OPENED.set(0)
    RECORDED.set(0)


def _note(answer: Response) -> Response:
    opened = OPENED.get()
    if not opened or RECORDED.get() or answer.status_code >= HTTPStatus.BAD_REQUEST:
        return answer
    if not current_user.is_authenticated:
        return answer
    with wired().db.transaction() as session:
        audit.record(
            session,
            "page.read",
            by=actor(),
            subject=_subject(),
            now=now(),
            page=request.endpoint or "",
            opened=str(opened),
        )
    return answer


def _subject() -> uuid.UUID | None:
    """Return the first id of the page's address: what it is about."""
    return next((each for each in (request.view_args or {}).values() if isinstance(each, uuid.UUID)), None)
