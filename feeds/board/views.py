"""The coordinators' board of deliveries, and one notice at one body in detail."""

import uuid
from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.board import queries
from feeds.board.forms import BoardForm
from feeds.delivery import bounces
from feeds.receipts import queries as receipts
from feeds.receipts.forms import CHOICES
from feeds.reminders import queries as reminders
from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import NotFoundError
from hub.web.access import allow
from hub.web.language import language
from hub.web.wiring import actor, now, wired
from sectors.catalogue import queries as catalogue

bp = Blueprint("delivery", __name__, template_folder="templates", url_prefix="/delivery")


@bp.get("")
@allow(Role.COORDINATOR)
def board() -> ResponseReturnValue:
    """Show every notice at every body, what is unanswered first, the oldest on top."""
    with wired().db.reading() as session:
        form = BoardForm(request.args).prepare(_sectors(session, now().astimezone(JST).date()))
        filters = form.value()
        page = request.args.get("page", default=1, type=int)
        shown = queries.board(session, filters, page=page, now=now())
        return render_template("board/board.html", form=form, board=shown, filters=filters, now=now())


@bp.get("/<uuid:release_id>/<uuid:body_id>")
@allow(Role.COORDINATOR)
def detail(release_id: uuid.UUID, body_id: uuid.UUID) -> ResponseReturnValue:
    """Show one notice at one body: each recipient, the answers, the reminders, the calls."""
    hub = wired()
    with hub.db.reading() as session:
        line = queries.line(session, release_id, body_id, now=now())
        if line is None:
            raise NotFoundError("it is not addressed to this body")
        return render_template(
            "board/detail.html",
            line=line,
            answers=receipts.answers(session, release_id, body_id, vault=hub.vault),
            ladder=receipts.ladder(session, release_id, body_id),
            calls=reminders.calls(session, release_id, body_id, vault=hub.vault),
            words=CHOICES,
            returned=bounces.returned(session, release_id, body_id),
        )


@bp.post("/mails/<uuid:mailing_id>/again")
@allow(Role.COORDINATOR)
def send_again(mailing_id: uuid.UUID) -> ResponseReturnValue:
    """Send a mail again that was refused or came back."""
    with wired().db.transaction() as session:
        mailing = bounces.send_again(session, mailing_id, by=actor(), now=now())
    flash(_("The mail will be sent again."), "success")
    to = url_for("delivery.detail", release_id=mailing.release_id, body_id=mailing.body_id)
    return redirect(to, HTTPStatus.SEE_OTHER)


def _sectors(session: orm.Session, on: date) -> dict[str, str]:
    listed = catalogue.sectors_on(session, on)
    return {each.code: each.en if language() == "en" else each.ja for each in listed}
