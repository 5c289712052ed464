"""For the process that watches over this one: `/healthz` (it lives), `/readyz` (it can serve).

Everybody may ask; what is told is one word, and what is missing.
"""

from http import HTTPStatus

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from hub.migrations.newest import is_newest
from hub.web.access import anyone
from hub.web.wiring import wired

HEALTH, READY = "/healthz", "/readyz"

bp = Blueprint("health", __name__)


@bp.get(HEALTH)
@anyone
def lives() -> Response:
    """Tell that the process answers; nothing else is looked at."""
    return _told("ok")


@bp.get(READY)
@anyone
def ready() -> Response:
    """Tell whether the database answers and is of this program's revision."""
    try:
        with wired().db.reading() as session:
            newest = is_newest(session.connection())
    except SQLAlchemyError:
        return _told("database", HTTPStatus.SERVICE_UNAVAILABLE)
    return _told("ready") if newest else _told("migrations", HTTPStatus.SERVICE_UNAVAILABLE)


def _told(word: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(f"{word}\n", status=status, content_type="text/plain; charset=utf-8")
