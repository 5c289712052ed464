"""The page that a member opens by its link: public, for one organisation, without a word of any matter."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feeds.formats.subject import MailKind, subject_tag
from feeds.links import service as links
from feeds.surveys import at_rest, finding, service
from feeds.surveys.forms import ReplyForm, member_form, typed_of
from hub.core.errors import InputError, NotFoundError
from hub.web import rates
from hub.web.access import anyone
from hub.web.forms import show_problems, status_of
from hub.web.wiring import actor, now, wired

bp = Blueprint("members", __name__, template_folder="templates", url_prefix="/members")


@bp.route("/answer/<token>", methods=["GET", "POST"])
@anyone
def answer(token: str) -> ResponseReturnValue:
    """Show the questions, keep what is typed, take the answer; then the link is used up."""
    rates.count_address(links.LOOK, links.MOST_LOOKS)
    hub = wired()
    try:
        with hub.db.reading() as db:
            respondent, survey = service.by_link(db, token, key=hub.token_key, now=now())
            found = finding.one(db, survey.id)
            name = finding.name_of(db, respondent)
            draft = None if request.method == "POST" else at_rest.draft_of(respondent, vault=hub.vault)
            form = member_form(survey.questionnaire.questions, draft=draft)
    except NotFoundError:
        return render_template("surveys/no_link.html"), HTTPStatus.NOT_FOUND
    if request.method == "POST":
        if request.form.get("act") == "keep":
            _keep(token, form)
            flash(_("What you have typed is kept. Open the same link to go on."), "success")
            return redirect(url_for("members.answer", token=token), HTTPStatus.SEE_OTHER)
        if form.validate() and _answered(token, form):
            return render_template("surveys/thanks.html", found=found, name=name)
        _keep(token, form)
    tag = subject_tag(MailKind.ACTION, tracking_id=found.tracking_id)
    return render_template("surveys/member.html", found=found, name=name, form=form, tag=tag), status_of(form)


def _keep(token: str, form: ReplyForm) -> None:
    hub = wired()
    with hub.db.transaction() as db:
        typed = typed_of(form, request.form)
        service.keep_by_link(db, token, typed, key=hub.token_key, vault=hub.vault, now=now())


def _answered(token: str, form: ReplyForm) -> bool:
    """Tell whether the answer was taken; what is wrong with it stands on the form."""
    hub = wired()
    try:
        with hub.db.transaction() as db:
            service.answer_by_link(
                db, token, form.value(), key=hub.token_key, vault=hub.vault, by=actor(), now=now()
            )
    except InputError as refused:
        show_problems(form, refused.problems)
        return False
    return True
