"""A body's own part of the log, for its contacts: read on a page, downloaded as a file that proves itself."""

import uuid
from collections.abc import Iterator
from itertools import chain

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from hub.accounts.models import Role
from hub.core import audit
from hub.core.clock import JST
from hub.trail import exporting, queries
from hub.trail.exporting import is_told
from hub.web.access import allow
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies.queries import own_body

bp = Blueprint("own_log", __name__, template_folder="templates", url_prefix="/own-log")


@bp.get("")
@allow(Role.CONTACT)
def show() -> ResponseReturnValue:
    """Show what the body's people and tools did, and what was done for it."""
    with wired().db.reading() as session:
        body = own_body(session, signed_in().organisation_id)
        number = request.args.get("page", default=1, type=int)
        shown = queries.own(session, body.organisation_id, number=number)
        return render_template(
            "trail/own.html",
            shown=shown,
            told=lambda entry: is_told(entry.organisation_id, body.organisation_id),
            head=queries.newest_head(session),
        )


@bp.get("/file")
@allow(Role.CONTACT)
def file() -> ResponseReturnValue:
    """Give the body's own chain, with what is needed to check it without the hub."""
    with wired().db.transaction() as session:
        body = own_body(session, signed_in().organisation_id)
        audit.record(session, "log.downloaded", by=actor(), now=now(), subject=body.id)
    lines = _lines(body.organisation_id)
    first = next(lines)  # where there is nothing yet, that is told before anything is sent
    answer = Response(stream_with_context(chain([first], lines)), mimetype="application/jsonl")
    name = f"audit-{now().astimezone(JST):%Y%m%d-%H%M}.jsonl"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(organisation_id: uuid.UUID) -> Iterator[bytes]:
    with wired().db.reading() as session:
        yield from exporting.lines(session, organisation_id, now=now())
