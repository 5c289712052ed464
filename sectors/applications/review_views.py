"""IPA's pages: the queue, and one application with its checks and the four acts of the formal review."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from hub.accounts.models import Role
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.wiring import actor, now, wired
from sectors.applications import acts, queries, review, sentences
from sectors.applications.forms import AcceptForm, RefuseForm, ReturnForm, ReviewForm
from sectors.applications.models import RefusalCondition
from sectors.applications.views import facts

bp = Blueprint("review", __name__, template_folder="templates", url_prefix="/review")


@bp.get("")
@allow(Role.REVIEWER)
def queue() -> ResponseReturnValue:
    """List what is under way, the oldest first, and what was decided."""
    with wired().db.reading() as session:
        return render_template(
            "applications/queue.html",
            applications=queries.queue(session),
            decided=queries.decided(session),
            words=sentences,
            now=now(),
        )


@bp.get("/<uuid:application_id>")
@allow(Role.REVIEWER)
def show(application_id: uuid.UUID) -> ResponseReturnValue:
    """Show everything that was filed, the checks, and what can be done."""
    return _page(application_id)


@bp.post("/<uuid:application_id>/take")
@allow(Role.REVIEWER)
def take(application_id: uuid.UUID) -> ResponseReturnValue:
    """Take the application for review."""
    form = ReviewForm()
    with wired().db.transaction() as session:
        review.take(session, application_id, version=form.seen(), by=actor(), now=now())
    return _done(_("You have taken the application for review."), application_id)


@bp.post("/<uuid:application_id>/return")
@allow(Role.REVIEWER)
def send_back(application_id: uuid.UUID) -> ResponseReturnValue:
    """Return the application for correction."""
    form = ReturnForm()
    if not form.validate():
        return _page(application_id, returning=form)
    with wired().db.transaction() as session:
        review.send_back(
            session,
            application_id,
            remarks=form.remarks.data or "",
            version=form.seen(),
            by=actor(),
            now=now(),
        )
    return _done(_("The application was returned. The applicant is told by mail."), application_id)


@bp.post("/<uuid:application_id>/refuse")
@allow(Role.REVIEWER)
def refuse(application_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse the application for a named condition."""
    form = RefuseForm()
    if not form.validate():
        return _page(application_id, refusing=form)
    with wired().db.transaction() as session:
        review.refuse(
            session,
            application_id,
            condition=RefusalCondition(form.condition.data),
            version=form.seen(),
            by=actor(),
            now=now(),
        )
    return _done(_("The application was refused. The applicant is told by mail."), application_id)


@bp.post("/<uuid:application_id>/accept")
@allow(Role.REVIEWER)
def accept(application_id: uuid.UUID) -> ResponseReturnValue:
    """Accept the application; the sample agreement follows."""
    hub, form = wired(), AcceptForm()
    if not form.validate():
        return _page(application_id, accepting=form)
    try:
        with hub.db.transaction() as session:
            review.accept(
                session,
                application_id,
                other_body_review=form.other_body_review.data or "",
                version=form.seen(),
                vault=hub.vault,
                by=actor(),
                now=now(),
            )
    except InputError as refused:
        for field, problem in refused.problems.items():
            form[field].errors = [_(problem)]
        return _page(application_id, accepting=form)
    return _done(
        _("The application was accepted. The sample agreement is on its way to the applicant."),
        application_id,
    )


def _page(application_id: uuid.UUID, **failed: FlaskForm) -> ResponseReturnValue:
    """Return the page of one application; `failed` are forms that were not accepted, shown again."""
    hub = wired()
    with hub.db.reading() as session:
        application = queries.application(session, application_id)
        submission = acts.submission_of(application, vault=hub.vault)
        attached = {each.kind for each in queries.attachments(session, application.id)}
        seen = {"version": str(application.version)}
        forms: dict[str, FlaskForm] = {
            "taking": ReviewForm(formdata=None, data=seen),
            "returning": ReturnForm(formdata=None, data=seen),
            "refusing": RefuseForm(formdata=None, data=seen),
            "accepting": AcceptForm(formdata=None, data=seen),
        } | failed
        page = render_template(
            "applications/review.html",
            **facts(session, application, submission),
            **forms,
            checks=review.checks(session, submission, attached=attached, now=now()),
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK


def _done(message: str, application_id: uuid.UUID) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("review.show", application_id=application_id), HTTPStatus.SEE_OTHER)
