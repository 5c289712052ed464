"""The coordinators' look at a draft as its recipients will get it."""

import uuid

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import orm

from feeds.delivery.composing import JSON, STIX
from feeds.delivery.previewing import Preview, Shape, preview, readable
from hub.accounts.models import Role
from hub.core.errors import NotFoundError
from hub.web.access import allow
from hub.web.wiring import now, wired

bp = Blueprint("previews", __name__, template_folder="templates", url_prefix="/advisories")


@bp.get("/<uuid:advisory_id>/preview")
@allow(Role.COORDINATOR)
def show(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Show what the chosen reader would get, in the chosen shape."""
    hub, shape = wired(), _shape()
    with hub.db.reading() as session:
        seen = _preview(session, advisory_id)
    machine = shape not in {Shape.MAIL, Shape.PAGE}
    return render_template(
        "previews/preview.html",
        advisory_id=advisory_id,
        seen=seen,
        shape=shape,
        shapes=Shape,
        reader=request.args.get("reader", ""),
        letter=seen.letter(hub.config) if shape is Shape.MAIL else "",
        documents=[readable(each) for each in seen.documents(shape)] if machine else [],
    )


@bp.get("/<uuid:advisory_id>/preview/document")
@allow(Role.COORDINATOR)
def document(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out the exact bytes of one document."""
    shape, number = _shape(), request.args.get("number", 0, type=int)
    with wired().db.reading() as session:
        seen = _preview(session, advisory_id)
    made = seen.documents(shape) if shape not in {Shape.MAIL, Shape.PAGE} else ()
    if not 0 <= number < len(made):
        raise NotFoundError("no such document")
    answer = Response(made[number], mimetype=STIX if shape is Shape.STIX else JSON)
    name = f"{seen.told.notice.tracking_id}-preview-{number}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _shape() -> Shape:
    asked = request.args.get("shape", "")
    return Shape(asked) if asked in set(Shape) else Shape.MAIL


def _preview(session: orm.Session, advisory_id: uuid.UUID) -> Preview:
    reader = request.args.get("reader", "")
    return preview(session, advisory_id, reader, vault=wired().vault, now=now())
