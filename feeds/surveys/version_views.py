"""The versions of the questionnaires: IPA drafts the next one, question by question, and puts it into use."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feeds.surveys import versions
from feeds.surveys.forms import ActForm, BeginForm, QuestionForm, TopicForm, UseForm
from feeds.surveys.models import Kind
from feeds.surveys.words import CATEGORIES, KINDS, QUESTION_KINDS, REASONS, text_here
from hub.accounts.models import Role
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.wiring import actor, now, wired

bp = Blueprint("questionnaires", __name__, template_folder="templates", url_prefix="/questionnaires")


@bp.get("")
@allow(Role.REVIEWER)
def listed() -> ResponseReturnValue:
    """List every version; the shipped ones are made where there is none yet."""
    with wired().db.transaction() as session:
        for kind in Kind:
            versions.in_use(session, kind, now=now())
        found = versions.listed(session)
        counts = {each.id: len(each.questions) for each in found}
    return render_template("questionnaires/list.html", found=found, counts=counts, kinds=KINDS)


@bp.post("/begin")
@allow(Role.REVIEWER)
def begin() -> ResponseReturnValue:
    """Open a draft of the next version."""
    form = BeginForm()
    if not form.validate_on_submit():
        return redirect(url_for("questionnaires.listed"), HTTPStatus.SEE_OTHER)
    with wired().db.transaction() as session:
        draft = versions.begin(session, Kind(form.kind.data), by=actor(), now=now())
    return _back(draft.id)


@bp.get("/<uuid:version_id>")
@allow(Role.REVIEWER)
def show(version_id: uuid.UUID) -> ResponseReturnValue:
    """Show a version as it is asked; a draft with what can be changed in it."""
    return _shown(version_id, TopicForm(formdata=None), UseForm(formdata=None))


@bp.post("/<uuid:version_id>/topic")
@allow(Role.REVIEWER)
def add_ready(version_id: uuid.UUID) -> ResponseReturnValue:
    """Append a ready question."""
    form = TopicForm()
    with wired().db.reading() as session:
        form.offer(versions.version(session, version_id).questions)
    if not form.validate_on_submit():
        return _shown(version_id, form, UseForm(formdata=None)), HTTPStatus.UNPROCESSABLE_ENTITY
    with wired().db.transaction() as session:
        versions.add_ready(session, version_id, form.topic.data, by=actor(), now=now())
    flash(_("The question stands at the end."), "success")
    return _back(version_id)


@bp.route("/<uuid:version_id>/question", methods=["GET", "POST"])
@allow(Role.REVIEWER)
def add(version_id: uuid.UUID) -> ResponseReturnValue:
    """Take a question of IPA's own."""
    return _written(version_id, None, QuestionForm())


@bp.route("/<uuid:version_id>/question/<uuid:question_id>", methods=["GET", "POST"])
@allow(Role.REVIEWER)
def reword(version_id: uuid.UUID, question_id: uuid.UUID) -> ResponseReturnValue:
    """Take another wording of a question."""
    with wired().db.reading() as session:
        question = versions.question(session, version_id, question_id)
    lines = "\n".join(f"{each['ja']} | {each['en']}" for each in question.options)
    data = {"kind": question.kind, "ja": question.ja, "en": question.en, "options": lines}
    return _written(version_id, question_id, QuestionForm(data=data))


@bp.post("/<uuid:version_id>/question/<uuid:question_id>/remove")
@allow(Role.REVIEWER)
def remove(version_id: uuid.UUID, question_id: uuid.UUID) -> ResponseReturnValue:
    """Take a question out of a draft."""
    if ActForm().validate_on_submit():
        with wired().db.transaction() as session:
            versions.remove(session, version_id, question_id, by=actor(), now=now())
        flash(_("The question is taken out."), "success")
    return _back(version_id)


@bp.post("/<uuid:version_id>/question/<uuid:question_id>/up")
@allow(Role.REVIEWER)
def raise_(version_id: uuid.UUID, question_id: uuid.UUID) -> ResponseReturnValue:
    """Put a question one place further up."""
    if ActForm().validate_on_submit():
        with wired().db.transaction() as session:
            versions.raise_(session, version_id, question_id, by=actor(), now=now())
    return _back(version_id)


@bp.post("/<uuid:version_id>/use")
@allow(Role.REVIEWER)
def use(version_id: uuid.UUID) -> ResponseReturnValue:
    """Put a draft into use, for good."""
    form = UseForm()
    if not form.validate_on_submit():
        return _shown(version_id, TopicForm(formdata=None), form), HTTPStatus.UNPROCESSABLE_ENTITY
    with wired().db.transaction() as session:
        versions.use(session, version_id, by=actor(), now=now())
    flash(_("The version is in use. Whoever is asked from now on reads it."), "success")
    return _back(version_id)


def _written(version_id: uuid.UUID, question_id: uuid.UUID | None, form: QuestionForm) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                if question_id is None:
                    versions.add(session, version_id, form.value(), by=actor(), now=now())
                else:
                    versions.reword(session, version_id, question_id, form.value(), by=actor(), now=now())
        except InputError as refused:
            show_problems(form, refused.problems)
        else:
            flash(_("The question is kept."), "success")
            return _back(version_id)
    page = render_template("questionnaires/question.html", form=form, version_id=version_id)
    return page, status_of(form)


def _shown(version_id: uuid.UUID, topics: TopicForm, using: UseForm) -> str:
    with wired().db.reading() as session:
        found = versions.version(session, version_id)
        questions = list(found.questions)
    topics.offer(questions)
    return render_template(
        "questionnaires/version.html",
        found=found,
        questions=questions,
        topics=topics,
        using=using,
        kinds=KINDS,
        question_kinds=QUESTION_KINDS,
        categories=CATEGORIES,
        reasons=REASONS,
        text_here=text_here,
    )


def _back(version_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("questionnaires.show", version_id=version_id), HTTPStatus.SEE_OTHER)
