"""The first page of one's account, and the sessions: where one is signed in, and ending that."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.accounts import queries, service
from hub.accounts.models import Role
from hub.accounts.passkeys import queries as passkeys
from hub.accounts.recovery import queries as recovery
from hub.web.access import allow
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("")
@allow(*Role)
def show() -> ResponseReturnValue:
    """Show what the account is protected by."""
    person = signed_in()
    with wired().db.reading() as session:
        return render_template(
            "account/show.html",
            person=person,
            passkeys=len(passkeys.passkeys_of(session, person.account_id)),
            codes=recovery.left(session, person.account_id),
            sessions=len(queries.sign_ins_of(session, person.account_id, now=now())),
        )


@bp.get("/sessions")
@allow(*Role)
def sessions() -> ResponseReturnValue:
    """List where the person is signed in."""
    with wired().db.reading() as session:
        rows = queries.sign_ins_of(session, signed_in().account_id, now=now())
    return render_template("account/sessions.html", rows=rows, here=signed_in().sign_in_id)


@bp.post("/sessions/<uuid:sign_in_id>/end")
@allow(*Role)
def end(sign_in_id: uuid.UUID) -> ResponseReturnValue:
    """End one of them."""
    with wired().db.transaction() as session:
        service.end_session(session, sign_in_id, by=actor(), now=now())
    flash(_("The session is ended."), "success")
    return redirect(url_for("account.sessions"), HTTPStatus.SEE_OTHER)


@bp.post("/sessions/end-others")
@allow(*Role)
def end_others() -> ResponseReturnValue:
    """End all of them but this one."""
    with wired().db.transaction() as session:
        service.end_other_sessions(session, signed_in().sign_in_id, by=actor(), now=now())
    flash(_("All your other sessions are ended."), "success")
    return redirect(url_for("account.sessions"), HTTPStatus.SEE_OTHER)
