"""Where a member confirms, without an account, that it has received what its body passed on."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feeds.dissemination import service
from feeds.dissemination.forms import SureForm
from feeds.links import service as links
from hub.core.errors import NotFoundError
from hub.web import rates
from hub.web.access import anyone
from hub.web.wiring import actor, now, wired

bp = Blueprint("member_receipts", __name__, template_folder="templates")


@bp.get("/received/<token>")
@anyone
def ask(token: str) -> ResponseReturnValue:
    """Ask for the confirmation: a program that only follows links must not use the link up."""
    rates.count_address(links.LOOK, links.MOST_LOOKS)
    hub = wired()
    try:
        with hub.db.reading() as session:
            links.opened(session, token, purpose=service.PURPOSE, key=hub.token_key, now=now())
    except NotFoundError:
        return render_template("kit/no_link.html"), HTTPStatus.NOT_FOUND
    return render_template("kit/confirm.html", form=SureForm(formdata=None))


@bp.post("/received/<token>")
@anyone
def confirm(token: str) -> ResponseReturnValue:
    """Take the confirmation."""
    rates.count_address(links.LOOK, links.MOST_LOOKS)
    hub = wired()
    try:
        with hub.db.transaction() as session:
            service.confirm(session, token, key=hub.token_key, by=actor(), now=now())
    except NotFoundError:
        return render_template("kit/no_link.html"), HTTPStatus.NOT_FOUND
    return redirect(url_for("member_receipts.thanks"), HTTPStatus.SEE_OTHER)


@bp.get("/received")
@anyone
def thanks() -> ResponseReturnValue:
    """Thank the member."""
    return render_template("kit/thanks.html")
