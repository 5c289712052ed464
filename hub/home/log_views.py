"""The auditor's page: the log, newest first. Nothing can be changed here."""

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from hub.accounts.models import Account, Role
from hub.core.audit import Entry
from hub.web.access import allow
from hub.web.wiring import wired

bp = Blueprint("log", __name__, template_folder="templates", url_prefix="/log")

PAGE = 100


@bp.get("")
@allow(Role.AUDITOR)
def entries() -> ResponseReturnValue:
    """Show a page of the log."""
    before = request.args.get("before", type=int)
    action = request.args.get("action", "").strip()
    asked = sa.select(Entry, Account.email).join(Account, Account.id == Entry.account_id, isouter=True)
    if before is not None and 0 < before < 2**63:
        asked = asked.where(Entry.number < before)
    if action:
        asked = asked.where(Entry.action.startswith(action.replace("\x00", ""), autoescape=True))
    with wired().db.reading() as session:
        rows = session.execute(asked.order_by(Entry.number.desc()).limit(PAGE)).all()
    return render_template("home/log.html", rows=rows, page=PAGE, action=action)
