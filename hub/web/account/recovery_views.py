"""One's own recovery codes: how many are left, and new ones, shown once."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.accounts.recovery import queries, service
from hub.web.access import allow, fresh
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("recovery", __name__, url_prefix="/account/recovery-codes")


@bp.get("")
@allow(*Role)
def show() -> ResponseReturnValue:
    """Say how many codes are left."""
    with wired().db.reading() as session:
        left = queries.left(session, signed_in().account_id)
    return render_template("account/recovery.html", left=left)


@bp.post("")
@allow(*Role)
@fresh
def make() -> ResponseReturnValue:
    """Make new codes and show them, this once."""
    hub = wired()
    with hub.db.transaction() as session:
        account = accounts.account(session, signed_in().account_id)
        codes = service.make_codes(session, account, key=hub.token_key, by=actor(), now=now())
    return render_template("account/codes.html", codes=codes)
