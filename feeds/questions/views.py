"""The coordinators' pages of questions. A contact asks, and reads answers, on the notice's page."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feeds.questions import at_rest, queries, service
from feeds.questions.forms import ReplyForm
from feeds.questions.states import State
from hub.accounts.models import Role
from hub.web.access import allow
from hub.web.forms import status_of
from hub.web.wiring import actor, now, wired

bp = Blueprint("questions", __name__, template_folder="templates", url_prefix="/questions")


@bp.get("")
@allow(Role.COORDINATOR)
def listed() -> ResponseReturnValue:
    """List the questions of bodies, the open ones first."""
    page = request.args.get("page", default=1, type=int)
    with wired().db.reading() as session:
        shown = queries.listed(session, page=page)
        return render_template("questions/list.html", shown=shown)


@bp.route("/<uuid:question_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def question(question_id: uuid.UUID) -> ResponseReturnValue:
    """Show a question, and take the answer to it."""
    hub = wired()
    with hub.db.reading() as session:
        asked = queries.asked(session, question_id)
        texts = {
            column: at_rest.text_of(asked.question, column, vault=hub.vault)
            for column in ("text", "wording", "answer")
        }
    form = ReplyForm(data={"wording": texts["text"]})
    if form.validate_on_submit():
        with hub.db.transaction() as session:
            service.answer(session, question_id, form.value(), vault=hub.vault, by=actor(), now=now())
        flash(_("The answer was sent. The bodies concerned are told by mail that there is one."), "success")
        return redirect(url_for("questions.listed"), HTTPStatus.SEE_OTHER)
    page = render_template(
        "questions/question.html",
        asked=asked,
        texts=texts,
        form=form,
        is_open=asked.question.state is State.OPEN,
    )
    return page, status_of(form)
