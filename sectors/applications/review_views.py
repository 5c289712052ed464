"""IPA's pages: the queue, and one application with its checks and the four acts of the formal review."""

import uuid
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import orm

from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import ConflictError, InputError
from hub.web.access import allow
from hub.web.wiring import actor, now, wired
from sectors.applications import acts, deadlines, queries, review, sentences
from sectors.applications.differences import Differences, between
from sectors.applications.forms import CheckForm, RefuseForm, ReviewForm
from sectors.applications.models import Application, RefusalCondition
from sectors.applications.submission import Submission
from sectors.applications.views import facts

bp = Blueprint("review", __name__, template_folder="templates", url_prefix="/review")


@bp.get("")
@allow(Role.REVIEWER)
def queue() -> ResponseReturnValue:
    """List what is under way, the oldest first, and what was decided."""
    hub = wired()
    with hub.db.reading() as session:
        lines = [
            (each, since, deadlines.review_due(each.submitted_at, days=hub.config.review_days))
            for each, since in queries.waiting_since(session)
        ]
        return render_template(
            "applications/queue.html",
            lines=lines,
            decided=queries.decided(session),
            words=sentences,
            now=now(),
            today=now().astimezone(JST).date(),
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


@bp.post("/<uuid:application_id>/check")
@allow(Role.REVIEWER)
def check(application_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the verdicts on the items; with them return the application, or accept it."""
    form = CheckForm()
    if not form.validate():
        return _page(application_id, checking=form)
    act = _ACTS.get(request.form.get("act", ""), _keep)
    try:
        with wired().db.transaction() as session:
            message = act(session, application_id, form)
    except InputError as refused:
        for field, problem in refused.problems.items():
            if field in form:
                form[field].errors = [_(problem)]
            else:
                form.form_errors.append(_(problem))
        return _page(application_id, checking=form)
    except ConflictError as refused:
        return _page_again(application_id, form, str(refused))
    return _done(message, application_id)


def _keep(session: orm.Session, application_id: uuid.UUID, form: CheckForm) -> str:
    review.keep(session, application_id, form.verdicts(), version=form.seen(), by=actor(), now=now())
    return str(_("What you have found was kept."))


def _send_back(session: orm.Session, application_id: uuid.UUID, form: CheckForm) -> str:
    review.send_back(
        session,
        application_id,
        form.verdicts(),
        remarks=form.remarks.data or "",
        version=form.seen(),
        by=actor(),
        now=now(),
    )
    return str(_("The application was returned. The applicant is told by mail."))


def _accept(session: orm.Session, application_id: uuid.UUID, form: CheckForm) -> str:
    review.accept(
        session,
        application_id,
        form.verdicts(),
        other_body_review=form.other_body_review.data or "",
        version=form.seen(),
        vault=wired().vault,
        by=actor(),
        now=now(),
    )
    return str(_("The application was accepted. The sample agreement is on its way to the applicant."))


_ACTS: dict[str, Callable[[orm.Session, uuid.UUID, CheckForm], str]] = {
    "keep": _keep,
    "return": _send_back,
    "accept": _accept,
}


def _page_again(application_id: uuid.UUID, form: CheckForm, problem: str) -> ResponseReturnValue:
    """Return the page as it is now, with what this reviewer typed: somebody else was faster."""
    form.form_errors.append(_(problem))
    with wired().db.reading() as session:
        form.version.data = str(queries.application(session, application_id).version)
    page = _page(application_id, checking=form)
    return (page[0] if isinstance(page, tuple) else page), HTTPStatus.CONFLICT


def _page(application_id: uuid.UUID, **failed: FlaskForm) -> tuple[str, HTTPStatus]:
    """Return the page of one application; `failed` are forms that were not accepted, shown again."""
    hub = wired()
    with hub.db.reading() as session:
        application = queries.application(session, application_id)
        submission = acts.submission_of(application, vault=hub.vault)
        attached = {each.kind for each in queries.attachments(session, application.id)}
        standing = queries.standing_ticks(session, application)
        seen = {"version": str(application.version)}
        forms: dict[str, FlaskForm] = {
            "taking": ReviewForm(formdata=None, data=seen),
            "refusing": RefuseForm(formdata=None, data=seen),
            "checking": CheckForm(formdata=None, data=seen).show(standing),
        } | failed
        page = render_template(
            "applications/review.html",
            **facts(session, application, submission),
            **forms,
            checks=review.checks(session, submission, attached=attached, now=now()),
            standing=standing,
            earlier=queries.last_remarks(session, application),
            differences=_differences(session, application, submission),
            due=deadlines.review_due(application.submitted_at, days=hub.config.review_days),
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK


def _differences(
    session: orm.Session, application: Application, submission: Submission
) -> Differences | None:
    """Return what the last correction changed."""
    earlier = queries.earlier_filing(session, application)
    if earlier is None:
        return None
    return between(acts.earlier_submission(earlier, vault=wired().vault), submission)


def _done(message: str, application_id: uuid.UUID) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("review.show", application_id=application_id), HTTPStatus.SEE_OTHER)
