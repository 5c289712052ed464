"""The auditor's page: the log, newest first, narrowed down, as CSV. Nothing can be changed here."""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import orm

from hub.accounts.models import Role
from hub.core import audit, spreadsheet
from hub.core.clock import JST
from hub.trail import queries
from hub.trail.forms import LogForm
from hub.trail.queries import PAGE, Filters, Line
from hub.web.access import allow
from hub.web.language import language
from hub.web.wiring import actor, now, wired

bp = Blueprint("log", __name__, template_folder="templates", url_prefix="/log")

HEAD = (
    *("number", "at_utc", "at_jst", "action", "email", "account", "organisation_name", "organisation"),
    *("address", "object", "concerns", "details", "chain", "place", "hash"),
)
BYTE_ORDER_MARK = "\ufeff"  # else spreadsheets take Japanese for something else


@bp.get("")
@allow(Role.AUDITOR)
def entries() -> ResponseReturnValue:
    """Show a page of the log."""
    hub = wired()
    with hub.db.reading() as session:
        form = _form(session)
        good = form.validate()
        before = request.args.get("before", type=int)
        lines = queries.page(session, form.value(), before=before) if good else []
        page = render_template(
            "trail/log.html",
            form=form,
            lines=lines,
            page=PAGE,
            before=before,
            kept={name: value for name, value in request.args.items() if name in form and value},
            head=queries.newest_head(session),
            witnesses=len(hub.config.audit_witnesses),
        )
    return page, HTTPStatus.OK if good else HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("/log.csv")
@allow(Role.AUDITOR)
def as_csv() -> ResponseReturnValue:
    """Give every row that fits the filters as CSV."""
    with wired().db.transaction() as session:
        form = _form(session)
        if not form.validate():
            return redirect(f"{url_for('log.entries')}?{urlencode(request.args)}")
        audit.record(session, "log.exported", by=actor(), now=now())
    answer = Response(stream_with_context(_csv(form.value())), mimetype="text/csv; charset=utf-8")
    name = f"audit-log-{now().astimezone(JST):%Y%m%d-%H%M}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _csv(filters: Filters) -> Iterator[str]:
    yield BYTE_ORDER_MARK + spreadsheet.line(HEAD)
    with wired().db.reading() as session:
        for line in queries.every(session, filters):
            yield spreadsheet.line(_cells(line))


def _cells(line: Line) -> list[object]:
    entry = line.entry
    return [
        entry.number,
        entry.at.isoformat(timespec="microseconds"),
        entry.at.astimezone(JST).isoformat(timespec="seconds"),
        entry.action,
        line.email or "",
        entry.account_id or "",
        line.organisation or "",
        entry.organisation_id or "",
        entry.address or "",
        entry.subject_id or "",
        entry.concerns_id or "",
        orjson.dumps(entry.details, option=orjson.OPT_SORT_KEYS).decode(),
        entry.chain_id or "",
        entry.place or "",
        entry.hash.hex() if entry.hash else "",
    ]


def _form(session: orm.Session) -> LogForm:
    english, bodies = language() == "en", queries.bodies(session)
    names = {each.organisation_id: each.name_en if english else each.name_ja for each in bodies}
    return LogForm(request.args).prepare(names)
