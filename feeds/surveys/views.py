"""The questionnaires of a body: its contacts answer, or make the links that they pass on to members."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm
from wtforms import Field

from feeds.delivery import queries as deliveries
from feeds.receipts.forms import CHOICES
from feeds.surveys import at_rest, finding, knowing, links, service
from feeds.surveys.finding import Found, Organisation
from feeds.surveys.forms import BodyReplyForm, LinksForm, body_form, typed_of
from feeds.surveys.states import AnswerState
from feeds.surveys.words import CATEGORIES
from hub.accounts.models import Role
from hub.core.errors import InputError, NotFoundError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies

bp = Blueprint("surveys", __name__, template_folder="templates")


@bp.get("/surveys")
@allow(Role.CONTACT)
def ours() -> ResponseReturnValue:
    """List what the own body was asked."""
    with wired().db.reading() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        found = finding.of_body(session, body.id)
    return render_template("surveys/ours.html", found=found, now=now())


@bp.get("/notices/<tracking_id>/survey")
@allow(Role.CONTACT)
def about(tracking_id: str) -> ResponseReturnValue:
    """Lead from a notice to its questionnaire; before it is asked, say when it will be."""
    with wired().db.reading() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        asked = finding.about_notice(session, body.id, tracking_id)
        if asked is None:
            deliveries.received_release(session, body, tracking_id, None, now=now())
    if asked is None:
        return render_template("surveys/later.html", tracking_id=tracking_id)
    return redirect(url_for("surveys.show", survey_id=asked.id), HTTPStatus.SEE_OTHER)


@bp.get("/surveys/<uuid:survey_id>")
@allow(Role.CONTACT)
def show(survey_id: uuid.UUID) -> ResponseReturnValue:
    """Show who is asked, who has answered, and what the hub knows already."""
    return _shown(survey_id, LinksForm(formdata=None))


@bp.route("/surveys/<uuid:survey_id>/answer", methods=["GET", "POST"])
@allow(Role.CONTACT)
def answer(survey_id: uuid.UUID) -> ResponseReturnValue:
    """Take an answer of the body, or keep what is typed until it goes on."""
    hub = wired()
    with hub.db.reading() as session:
        found = _own(session, survey_id)
        asked = _open(session, found)
        form = _form(session, found, asked)
    if request.method == "POST" and found.survey.closes_at > now():
        if request.form.get("act") == "keep" or not form.validate():
            _keep(found, form)
        elif _answered(found, form, _chosen(form.organisations, form.everybody, asked)):
            flash(_("Thank you. The answer is recorded."), "success")
            return redirect(url_for("surveys.show", survey_id=survey_id), HTTPStatus.SEE_OTHER)
        if request.form.get("act") == "keep":
            flash(_("What you have typed is kept. You or another contact can go on later."), "success")
            return redirect(url_for("surveys.show", survey_id=survey_id), HTTPStatus.SEE_OTHER)
    return render_template("surveys/answer.html", found=found, form=form, now=now()), status_of(form)


@bp.post("/surveys/<uuid:survey_id>/links")
@allow(Role.CONTACT)
def hand_out(survey_id: uuid.UUID) -> ResponseReturnValue:
    """Make links for members and show them, this once."""
    hub, form = wired(), LinksForm()
    with hub.db.reading() as session:
        found = _own(session, survey_id)
        asked = [each for each in _asked(session, found) if each.respondent.operator_id is not None]
    form.members.choices = _choices(asked)
    if not form.validate_on_submit():
        return _shown(survey_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    chosen = _chosen(form.members, form.everybody, asked)
    try:
        with hub.db.transaction() as session:
            made = service.hand_out(session, survey_id, chosen, key=hub.token_key, by=actor(), now=now())
    except InputError as refused:
        show_problems(form, refused.problems)
        return _shown(survey_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    names = {each.respondent.id: each.name for each in asked}
    base = hub.config.base_url
    rows = [(names[each], base + url_for("members.answer", token=token)) for each, token in made.items()]
    return render_template("surveys/links.html", found=found, rows=sorted(rows))


def _shown(survey_id: uuid.UUID, form: LinksForm) -> str:
    with wired().db.reading() as session:
        found = _own(session, survey_id)
        asked = _asked(session, found)
        ids = [each.respondent.id for each in asked]
        known = knowing.known(session, found.survey)
        out = links.handed_out(session, ids, purpose=service.PURPOSE, now=now())
    form.members.choices = _choices([each for each in asked if each.respondent.operator_id is not None])
    return render_template(
        "surveys/survey.html",
        found=found,
        asked=asked,
        known=known,
        out=out,
        form=form,
        words=CHOICES,
        categories=CATEGORIES,
        now=now(),
    )


def _own(session: orm.Session, survey_id: uuid.UUID) -> Found:
    body = bodies.own_body(session, signed_in().organisation_id)
    found = finding.one(session, survey_id)
    if found.body.id != body.id:
        raise NotFoundError("no such survey")
    return found


def _asked(session: orm.Session, found: Found) -> list[Organisation]:
    return list(finding.organisations(session, [found.survey.id]))


def _open(session: orm.Session, found: Found) -> list[Organisation]:
    """Return the organisations for which the body may answer: but for those that did so themselves."""
    return [
        each
        for each in _asked(session, found)
        if each.respondent.operator_id is None or each.respondent.state is not AnswerState.ANSWERED_ITSELF
    ]


def _choices(asked: list[Organisation]) -> list[tuple[str, str]]:
    return [(str(each.respondent.id), each.name) for each in asked]


def _chosen(ticked: Field, everybody: Field, asked: list[Organisation]) -> set[uuid.UUID]:
    """Return who was ticked, and with `everybody` all of them that have not answered."""
    open_ = {each.respondent.id for each in asked if each.respondent.state is AnswerState.OPEN}
    return {uuid.UUID(each) for each in ticked.data or []} | (open_ if everybody.data else set())


def _form(session: orm.Session, found: Found, asked: list[Organisation]) -> BodyReplyForm:
    survey = found.survey
    questions = survey.questionnaire.questions
    draft = None if request.method == "POST" else at_rest.draft_of(survey, vault=wired().vault)
    known = knowing.filled_in(questions, knowing.known(session, survey))
    return body_form(questions, _choices(asked), draft=draft, known=known)


def _keep(found: Found, form: BodyReplyForm) -> None:
    hub = wired()
    with hub.db.transaction() as session:
        service.keep(session, found.survey.id, typed_of(form, request.form), vault=hub.vault, now=now())


def _answered(found: Found, form: BodyReplyForm, for_whom: set[uuid.UUID]) -> bool:
    """Tell whether the answer was taken; what is wrong with it stands on the form."""
    hub = wired()
    try:
        with hub.db.transaction() as session:
            service.answer(
                session, found.survey.id, for_whom, form.value(), vault=hub.vault, by=actor(), now=now()
            )
    except InputError as refused:
        show_problems(form, refused.problems)
        return False
    return True
