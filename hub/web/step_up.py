"""Stepping up: a page that asks for the second factor again before what cannot be undone (SECURITY 18)."""

from http import HTTPStatus

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from hub.accounts import service
from hub.accounts.models import Role
from hub.accounts.passkeys.models import Purpose
from hub.web.access import allow
from hub.web.login import COOKIE_VALUE, own_page
from hub.web.proof import SecondFactor
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("step_up", __name__)


@bp.route("/sign-in/again", methods=["GET", "POST"])
@allow(*Role)
def ask() -> ResponseReturnValue:
    """Ask for the second factor, then return to where the person was."""
    proof = SecondFactor(signed_in().account_id, Purpose.STEP_UP)
    if not proof.given():
        return proof.page("login/again.html")
    hub = wired()
    with hub.db.transaction() as db:
        session[COOKIE_VALUE] = service.verified(
            db, signed_in().sign_in_id, key=hub.token_key, by=actor(), now=now()
        )
    return redirect(own_page(request.args.get("next")), HTTPStatus.SEE_OTHER)
