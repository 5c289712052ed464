"""The applicant's pages: asking for an account, applying, following the application, correcting it."""

import uuid
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from hub.accounts import service as accounts
from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import ConflictError, NotFoundError
from hub.web.access import allow, anyone
from hub.web.language import language
from hub.web.wiring import actor, now, signed_in, wired
from sectors.applications import acts, pages, queries, sentences, service
from sectors.applications.forms import ApplicationForm, RegisterForm, WithdrawForm
from sectors.applications.models import Application, AttachmentKind
from sectors.applications.states import OPEN, State
from sectors.applications.submission import Submission
from sectors.catalogue.queries import sectors, sectors_on

bp = Blueprint("applications", __name__, template_folder="templates")
STAFF = frozenset({Role.REVIEWER, Role.COORDINATOR})


@bp.route("/apply", methods=["GET", "POST"])
@anyone
def register() -> ResponseReturnValue:
    """Ask who would like to apply; the answer is the same whether or not the address has an account."""
    form = RegisterForm()
    if not form.validate_on_submit():
        return render_template("applications/register.html", form=form), _status(form)
    with wired().db.transaction() as session:
        accounts.register_applicant(
            session,
            organisation_name=form.organisation.data or "",
            name=form.name.data or "",
            email=form.email.data or "",
            by=actor(),
            now=now(),
        )
    return render_template("applications/registered.html")


@bp.get("/applications")
@allow(Role.APPLICANT, Role.CONTACT)
def mine() -> ResponseReturnValue:
    """List the organisation's applications."""
    with wired().db.reading() as session:
        found = queries.applications_of(session, signed_in().organisation_id)
        under_way = any(each.state in OPEN for each in found)
        return render_template("applications/mine.html", applications=found, under_way=under_way)


@bp.route("/applications/new", methods=["GET", "POST"])
@allow(Role.APPLICANT, Role.CONTACT)
def new() -> ResponseReturnValue:
    """Take a new application: one page, every problem at once."""
    hub = wired()
    with hub.db.reading() as session:
        under_way = queries.open_application(session, signed_in().organisation_id)
        form = _form(session, attached=frozenset())
    if under_way is not None:
        raise ConflictError(service.UNDER_WAY)
    if not (form.is_submitted() and form.check()):
        return _form_page(form)
    with hub.db.transaction() as session:
        application = service.submit(
            session, form.value(), uploads=form.uploads, vault=hub.vault, by=actor(), now=now()
        )
    return redirect(url_for("applications.receipt", application_id=application.id), HTTPStatus.SEE_OTHER)


@bp.get("/applications/<uuid:application_id>/receipt")
@allow(Role.APPLICANT, Role.CONTACT)
def receipt(application_id: uuid.UUID) -> ResponseReturnValue:
    """Show the receipt number."""
    with wired().db.reading() as session:
        application = queries.own(session, application_id, organisation_id=signed_in().organisation_id)
        return render_template("applications/receipt.html", application=application)


@bp.get("/applications/<uuid:application_id>")
@allow(Role.APPLICANT, Role.CONTACT, *STAFF)
def show(application_id: uuid.UUID) -> ResponseReturnValue:
    """Show what was filed, where it stands and what happened."""
    hub = wired()
    with hub.db.reading() as session:
        application = _visible(session, application_id)
        return render_template(
            "applications/show.html",
            **facts(session, application, acts.submission_of(application, vault=hub.vault)),
            own=signed_in().role not in STAFF,
            open=application.state in OPEN,
        )


@bp.route("/applications/<uuid:application_id>/correction", methods=["GET", "POST"])
@allow(Role.APPLICANT, Role.CONTACT)
def correct(application_id: uuid.UUID) -> ResponseReturnValue:
    """Take the correction of a returned application: the same page, filled with what was filed."""
    hub = wired()
    with hub.db.reading() as session:
        application = queries.own(session, application_id, organisation_id=signed_in().organisation_id)
        if application.state is not State.RETURNED:
            raise ConflictError(_("This application is not waiting for a correction"))
        submission = acts.submission_of(application, vault=hub.vault)
        attached = queries.attachments(session, application.id)
        form = _form(session, attached=frozenset(each.kind for each in attached), filed=submission)
    if not (form.is_submitted() and form.check()):
        return _form_page(form, remarks=application.remarks, attachments=attached, application=application)
    with hub.db.transaction() as session:
        service.resubmit(
            session,
            application_id,
            form.value(),
            uploads=form.uploads,
            vault=hub.vault,
            by=actor(),
            now=now(),
        )
    return redirect(url_for("applications.receipt", application_id=application_id), HTTPStatus.SEE_OTHER)


@bp.route("/applications/<uuid:application_id>/withdrawal", methods=["GET", "POST"])
@allow(Role.APPLICANT, Role.CONTACT)
def withdraw(application_id: uuid.UUID) -> ResponseReturnValue:
    """Ask once more, then withdraw the application."""
    form = WithdrawForm()
    if form.validate_on_submit():
        with wired().db.transaction() as session:
            service.withdraw(session, application_id, by=actor(), now=now())
        flash(_("The application was withdrawn."), "success")
        return redirect(url_for("applications.show", application_id=application_id), HTTPStatus.SEE_OTHER)
    with wired().db.reading() as session:
        application = queries.own(session, application_id, organisation_id=signed_in().organisation_id)
        return render_template("applications/withdraw.html", form=form, application=application)


@bp.get("/applications/<uuid:application_id>/attachments/<uuid:attachment_id>")
@allow(Role.APPLICANT, Role.CONTACT, *STAFF)
def attachment(application_id: uuid.UUID, attachment_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out one document, as a file that the browser saves and never shows or runs."""
    hub = wired()
    with hub.db.transaction() as session:
        application = _visible(session, application_id)
        found = queries.attachment(session, application.id, attachment_id)
        content = service.content_of(session, found, vault=hub.vault, by=actor(), now=now())
        response = Response(content, content_type=found.media_type)
        response.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def facts(session: orm.Session, application: Application, submission: Submission) -> dict[str, object]:
    """Return what the page of one application shows."""
    codes = {each.sector_code for each in submission.details.operators} | set(submission.details.sectors)
    return {
        "application": application,
        "submission": submission,
        "attachments": queries.attachments(session, application.id),
        "history": queries.history(session, application.id),
        "names": pages.sector_choices(sectors(session, codes), language=language()),
        "words": sentences,
    }


def _visible(session: orm.Session, application_id: uuid.UUID) -> Application:
    """Return what the person may see: reviewers all, coordinators what was accepted, others their own."""
    person = signed_in()
    if person.role not in STAFF:
        return queries.own(session, application_id, organisation_id=person.organisation_id)
    application = queries.application(session, application_id)
    if person.role is Role.COORDINATOR and application.state is not State.ACCEPTED:
        raise NotFoundError("no such application")
    return application


def _form(
    session: orm.Session, *, attached: frozenset[AttachmentKind], filed: Submission | None = None
) -> ApplicationForm:
    present = sectors_on(session, now().astimezone(JST).date())
    names = pages.japanese_names(present)
    data = pages.filled_in(filed, names=names) if filed is not None else None
    choices = pages.sector_choices(present, language=language())
    return ApplicationForm(data=data).prepare(choices=choices, names=names, attached=attached)


def _form_page(form: ApplicationForm, **shown: object) -> ResponseReturnValue:
    page = render_template("applications/form.html", form=form, words=sentences, **shown)
    return page, _status(form)


def _status(form: RegisterForm | ApplicationForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" and form.errors else HTTPStatus.OK
