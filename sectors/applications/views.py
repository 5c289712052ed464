"""The applicant's pages: asking for an account, following the application, withdrawing it."""

import uuid
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from hub.accounts import service as accounts
from hub.accounts.models import Role
from hub.core.errors import NotFoundError
from hub.web.access import allow, anyone
from hub.web.forms import status_of
from hub.web.language import language
from hub.web.wiring import actor, now, signed_in, wired
from sectors.applications import acts, deadlines, pages, queries, sentences, service
from sectors.applications.forms import RegisterForm, WithdrawForm
from sectors.applications.models import Application
from sectors.applications.states import OPEN, State
from sectors.applications.submission import Submission
from sectors.catalogue.queries import sectors

bp = Blueprint("applications", __name__, template_folder="templates")
STAFF = frozenset({Role.REVIEWER, Role.COORDINATOR})


@bp.route("/apply", methods=["GET", "POST"])
@anyone
def register() -> ResponseReturnValue:
    """Ask who would like to apply; the answer is the same whether or not the address has an account."""
    form = RegisterForm()
    if not form.validate_on_submit():
        return render_template("applications/register.html", form=form), status_of(form)
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


@bp.get("/applications/<uuid:application_id>/receipt")
@allow(Role.APPLICANT, Role.CONTACT)
def receipt(application_id: uuid.UUID) -> ResponseReturnValue:
    """Show the receipt number."""
    with wired().db.reading() as session:
        application = queries.own(session, application_id, organisation_id=signed_in().organisation_id)
        return render_template("applications/receipt.html", application=application, due=_due(application))


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
            due=_due(application),
            returned=queries.returned_items(session, application),
        )


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


def _due(application: Application) -> date:
    """Return by when the review is expected to be done."""
    return deadlines.review_due(application.submitted_at, days=wired().config.review_days)
