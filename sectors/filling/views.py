"""The pages of the form: the list of steps, each step, what was filled in as a paper, filing it."""

import uuid
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from hub.accounts.models import Role
from hub.core.errors import ConflictError, InputError, NotFoundError
from hub.web.access import allow
from hub.web.forms import show_problems
from hub.web.language import language
from hub.web.wiring import actor, now, signed_in, wired
from sectors.applications import deadlines, sentences
from sectors.filling import papers, queries, service, words
from sectors.filling.assembling import blank, kept, typed, whole
from sectors.filling.desk import Desk, desk_of
from sectors.filling.forms import AttachmentsForm, MembersForm, StepForm, SubmitForm
from sectors.filling.models import Draft
from sectors.filling.progress import Standing
from sectors.filling.steps import SECTIONS, Fields, Step

bp = Blueprint("filling", __name__, template_folder="templates", url_prefix="/applications/form")


@bp.get("")
@allow(Role.APPLICANT, Role.CONTACT)
def overview() -> ResponseReturnValue:
    """List the steps with what is missing in each."""
    with wired().db.reading() as session:
        desk = _desk(session)
        return render_template("filling/overview.html", desk=desk, steps=desk.progress(), words=words)


@bp.route("/<step_name>", methods=["GET", "POST"])
@allow(Role.APPLICANT, Role.CONTACT)
def step(step_name: str) -> ResponseReturnValue:
    """Take one step: what is typed is kept, right or not, and what is wrong is told."""
    at = _step(step_name)
    if request.method == "POST":
        return _save(at)
    with wired().db.reading() as session:
        desk = _desk(session)
        _refuse_closed(desk, at)
        form = _shown(kept(at, desk.content, desk.offered, begun=bool(desk.content.fields(at))), desk, at)
        return _page(form, desk, at)


@bp.get("/files/<uuid:file_id>")
@allow(Role.APPLICANT, Role.CONTACT)
def file(file_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out a chosen document, as a file that the browser saves and never shows or runs."""
    hub = wired()
    with hub.db.reading() as session:
        found = queries.file(session, file_id, organisation_id=signed_in().organisation_id)
        content = service.plain_file(found, vault=hub.vault)
        return _download(content, found.media_type, found.file_name)


@bp.post("/files/<uuid:file_id>/remove")
@allow(Role.APPLICANT, Role.CONTACT)
def remove(file_id: uuid.UUID) -> ResponseReturnValue:
    """Take a chosen document back."""
    with wired().db.transaction() as session:
        service.remove(session, file_id, by=actor())
    flash(_("The document was removed."), "success")
    return redirect(url_for("filling.step", step_name=Step.ATTACHMENTS), HTTPStatus.SEE_OTHER)


@bp.get("/application.pdf")
@allow(Role.APPLICANT, Role.CONTACT)
def paper() -> ResponseReturnValue:
    """Hand out what was filled in so far as a paper, for the approval inside the organisation."""
    hub = wired()
    with hub.db.reading() as session:
        desk = _desk(session)
        made = papers.application(desk.content, desk.offered, documents=desk.documents, at=now())
    return _download(made, "application/pdf", papers.FILLED)


@bp.route("/submission", methods=["GET", "POST"])
@allow(Role.APPLICANT, Role.CONTACT)
def submit() -> ResponseReturnValue:
    """Show everything once more; then file it."""
    hub, form = wired(), SubmitForm()
    if not form.validate_on_submit():
        with hub.db.reading() as session:
            return _submission_page(session, form)
    with hub.db.transaction() as session:
        queries.draft_of(session, signed_in().organisation_id, lock=True)  # what is checked is what is filed
        desk = _desk(session)
        if not all(each.is_right for each in desk.progress()):
            return _submission_page(session, form)
        submission = whole(desk.content, desk.offered)
        application = service.file(session, submission, vault=hub.vault, by=actor(), now=now())
    return redirect(url_for("applications.receipt", application_id=application.id), HTTPStatus.SEE_OTHER)


@bp.route("/discard", methods=["GET", "POST"])
@allow(Role.APPLICANT, Role.CONTACT)
def discard() -> ResponseReturnValue:
    """Ask once more, then throw away what was typed."""
    form = SubmitForm()
    if form.validate_on_submit():
        with wired().db.transaction() as session:
            service.discard(session, by=actor(), now=now())
        flash(_("What was filled in was thrown away."), "success")
        return redirect(url_for("applications.mine"), HTTPStatus.SEE_OTHER)
    return render_template("filling/discard.html", form=form)


def _save(at: Step) -> ResponseReturnValue:
    hub = wired()
    with hub.db.transaction() as session:
        desk = _desk(session)
        _refuse_closed(desk, at)
        form = _shown(blank(at, desk.offered), desk, at)
        fields = _fields(form, desk, at)
        try:
            draft = service.keep(
                session,
                at,
                fields,
                seen=form.saves_seen(),
                start=desk.start,
                vault=hub.vault,
                by=actor(),
                now=now(),
            )
        except ConflictError as refused:
            form.form_errors.append(_(str(refused)))
            form.seen.data = str(_desk(session).content.saves(at))
            return _page(form, desk, at), HTTPStatus.CONFLICT
        right = _take_documents(session, form, draft) if isinstance(form, AttachmentsForm) else True
        later = request.form.get("then") == "later"
        if not ((right and later) or form.check()):
            desk = _desk(session)
            form.seen.data = str(desk.content.saves(at))
            return _page(form, desk, at), HTTPStatus.UNPROCESSABLE_ENTITY
    return _onwards(at, desk, later=later)


def _onwards(at: Step, desk: Desk, *, later: bool) -> ResponseReturnValue:
    """Lead to the next step that is open, or back to the list of steps."""
    following = at.following
    if later or following is None or desk.sections is not None:
        flash(_("Saved."), "success")
        return redirect(url_for("filling.overview"), HTTPStatus.SEE_OTHER)
    return redirect(url_for("filling.step", step_name=following), HTTPStatus.SEE_OTHER)


def _take_documents(session: orm.Session, form: AttachmentsForm, draft: Draft) -> bool:
    """Keep the files that can be taken; tell whether all could."""
    right = form.read()
    try:
        with session.begin_nested():
            service.choose(session, draft, form.uploads, vault=wired().vault, now=now())
    except InputError as refused:
        show_problems(form, refused.problems)
        return False
    return right


def _fields(form: StepForm, desk: Desk, at: Step) -> Fields:
    """Return what is to be kept of a step: what was typed, and what is not open as it was."""
    sent = list(typed(request.form, at))
    if isinstance(form, MembersForm):
        before = dict(desk.content.fields(at)).get("members", "")
        form.take_file(before)
        sent = [(name, form.members.data or "" if name == "members" else value) for name, value in sent]
    if at is Step.REQUIREMENTS and desk.sections is not None:
        shut = tuple(f"{each}-" for each in SECTIONS[at] if each not in desk.sections)
        sent = [pair for pair in sent if not pair[0].startswith(shut)]
        sent += [pair for pair in desk.content.fields(at) if pair[0].startswith(shut)]
    return tuple(sent)


def _submission_page(session: orm.Session, form: SubmitForm) -> ResponseReturnValue:
    desk = _desk(session)
    steps = desk.progress()
    complete = all(each.is_right for each in steps)
    page = render_template(
        "filling/submission.html",
        desk=desk,
        steps=steps,
        form=form,
        words=words,
        submission=whole(desk.content, desk.offered) if complete else None,
        names=desk.offered.choices,
        sentences=sentences,
        due=deadlines.review_due(now(), days=wired().config.review_days),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


def _page(form: StepForm, desk: Desk, at: Step) -> str:
    return render_template(
        f"filling/{at}.html",
        form=form,
        desk=desk,
        at=at,
        words=words,
        sentences=sentences,
        steps=list(Step),
        remarks=desk.remarks(at),
    )


def _shown(form: StepForm, desk: Desk, at: Step) -> StepForm:
    """Return the form with what is open, and the number of the save that its page shows."""
    if form.seen.data is None:
        form.seen.data = str(desk.content.saves(at))
    if desk.sections is not None:
        form.narrow(desk.sections)
    if isinstance(form, AttachmentsForm):
        form.attach(desk.attached)
    return form


def _desk(session: orm.Session) -> Desk:
    return desk_of(session, signed_in().organisation_id, vault=wired().vault, language=language(), now=now())


def _step(name: str) -> Step:
    if name not in set(Step):
        raise NotFoundError("no such step")
    return Step(name)


def _refuse_closed(desk: Desk, at: Step) -> None:
    """Refuse a step that the reviewer did not return.

    Raises:
        ConflictError: it is closed.

    """
    if any(each.step is at and each.standing is Standing.CLOSED for each in desk.progress()):
        raise ConflictError(_("This step was not returned; only what the reviewer named can be corrected"))


def _download(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
