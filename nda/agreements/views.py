"""The pages of agreements: for the applicant, for IPA, for JPCERT/CC."""

import uuid
from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import orm

from hub.accounts.models import Role
from hub.core.errors import InputError, NotFoundError
from hub.web.access import allow
from hub.web.forms import show_problems
from hub.web.language import language
from hub.web.wiring import actor, now, signed_in, wired
from nda.agreements import queries, service
from nda.agreements.forms import (
    CANNOT,
    AnswerForm,
    ConcludeForm,
    PassOnForm,
    ReplyForm,
    SendBackForm,
    TerminateForm,
)
from nda.agreements.models import Agreement
from nda.agreements.states import State
from nda.agreements.taking_over import NO_SAMPLE
from nda.agreements.watching import since, stage_of
from nda.texts import LANGUAGES, blocks, printed
from sectors.applications import queries as applications
from sectors.applications.models import Application

bp = Blueprint("agreements", __name__, template_folder="templates", url_prefix="/agreements")
ORGANISATIONS = (Role.APPLICANT, Role.CONTACT)
STAFF = (Role.REVIEWER, Role.COORDINATOR)


@bp.get("")
@allow(*ORGANISATIONS, *STAFF)
def listed() -> ResponseReturnValue:
    """List the agreements that are the person's business."""
    with wired().db.reading() as session:
        found = _for_me(session)
        return render_template("agreements/listed.html", agreements=found, since=since, now=now())


@bp.get("/<uuid:agreement_id>")
@allow(*ORGANISATIONS, *STAFF)
def show(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Show the agreement, its text and what can be done."""
    return _page(agreement_id)


@bp.get("/<uuid:agreement_id>/document")
@allow(*ORGANISATIONS, *STAFF)
def document(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out the signed agreement as a file."""
    hub = wired()
    with hub.db.transaction() as session:
        agreement = visible(session, agreement_id)
        content = service.document_of(session, agreement, vault=hub.vault, by=actor(), now=now())
    return as_file(content, f"agreement-{agreement_id}.pdf")


def as_file(content: bytes, name: str) -> Response:
    """Return a PDF that the browser saves, and opens in no page of ours."""
    response = Response(content, content_type="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/<uuid:agreement_id>/sample/<lang>")
@allow(*ORGANISATIONS, *STAFF)
def sample(agreement_id: uuid.UUID, lang: str) -> ResponseReturnValue:
    """Hand out the text of the sample as a file, in Japanese or English."""
    with wired().db.reading() as session:
        agreement = visible(session, agreement_id)
        version, sent_at = agreement.text_version, agreement.sample_sent_at
    if version == NO_SAMPLE or lang not in LANGUAGES:
        raise NotFoundError("no sample was sent")
    return as_file(printed(version, lang, at=sent_at), f"{version}.{lang}.pdf")


@bp.post("/<uuid:agreement_id>/answer")
@allow(*ORGANISATIONS)
def answer(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Take the applicant's answer."""
    form = AnswerForm()
    if not form.validate():
        return _page(agreement_id, answering=form)
    with wired().db.transaction() as session:
        service.answer(
            session,
            agreement_id,
            can=form.answer.data != CANNOT,
            remarks=form.remarks.data or "",
            by=actor(),
            now=now(),
        )
    return _done(_("Your answer has arrived at IPA."), agreement_id)


@bp.post("/<uuid:agreement_id>/reply")
@allow(Role.REVIEWER)
def reply(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Reply to the applicant's remarks; the sample is answered anew."""
    form = ReplyForm()
    if not form.validate():
        return _page(agreement_id, replying=form)
    with wired().db.transaction() as session:
        service.reply(session, agreement_id, text=form.text.data or "", by=actor(), now=now())
    return _done(_("The reply was sent. The applicant answers anew."), agreement_id)


@bp.post("/<uuid:agreement_id>/pass-on")
@allow(Role.REVIEWER)
def pass_on(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Pass the documents on to JPCERT/CC."""
    with wired().db.transaction() as session:
        service.pass_on(session, agreement_id, by=actor(), now=now())
    return _done(_("The documents were passed on to JPCERT/CC."), agreement_id)


@bp.post("/<uuid:agreement_id>/send-back")
@allow(Role.COORDINATOR)
def send_back(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Send the documents back to IPA."""
    form = SendBackForm()
    if not form.validate():
        return _page(agreement_id, sending_back=form)
    with wired().db.transaction() as session:
        service.send_back(session, agreement_id, remarks=form.remarks.data or "", by=actor(), now=now())
    return _done(_("The documents were sent back to IPA."), agreement_id)


@bp.post("/<uuid:agreement_id>/conclude")
@allow(Role.COORDINATOR)
def conclude(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Record the signed agreement; the applicant becomes a sector body."""
    hub, form = wired(), ConcludeForm()
    if not form.validate():
        return _page(agreement_id, concluding=form)
    try:
        with hub.db.transaction() as session:
            service.conclude(session, agreement_id, form.value(), vault=hub.vault, by=actor(), now=now())
    except InputError as refused:
        show_problems(form, refused.problems)
        return _page(agreement_id, concluding=form)
    return _done(_("The agreement was concluded. The body is in preparation."), agreement_id)


@bp.post("/<uuid:agreement_id>/terminate")
@allow(Role.COORDINATOR)
def terminate(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """End the agreement at once."""
    form = TerminateForm()
    if not form.validate():
        return _page(agreement_id, terminating=form)
    with wired().db.transaction() as session:
        service.terminate(session, agreement_id, reason=form.reason.data or "", by=actor(), now=now())
    return _done(_("The agreement has ended. The provision has stopped."), agreement_id)


def _for_me(session: orm.Session) -> Sequence[Agreement]:
    person = signed_in()
    if person.role is Role.COORDINATOR:
        return queries.agreements(session)
    if person.role is Role.REVIEWER:
        return [
            *queries.waiting(session, State.REMARKED),
            *queries.waiting(session, State.ANSWERED),
            *queries.waiting(session, State.SAMPLE_SENT),
        ]
    return queries.agreements_of(session, person.organisation_id)


def visible(session: orm.Session, agreement_id: uuid.UUID) -> Agreement:
    """Return what the person may see: staff all agreements, others their own organisation's.

    Raises:
        NotFoundError: there is none, or it is another organisation's.

    """
    person = signed_in()
    if person.role in STAFF:
        return queries.agreement(session, agreement_id)
    return queries.own(session, agreement_id, organisation_id=person.organisation_id)


def _page(agreement_id: uuid.UUID, **failed: FlaskForm) -> ResponseReturnValue:
    """Return the page of one agreement; `failed` are forms that were not accepted, shown again."""
    with wired().db.reading() as session:
        agreement = visible(session, agreement_id)
        forms: dict[str, FlaskForm] = {
            "answering": AnswerForm(formdata=None),
            "passing_on": PassOnForm(formdata=None),
            "replying": ReplyForm(formdata=None),
            "sending_back": SendBackForm(formdata=None),
            "concluding": ConcludeForm(formdata=None),
            "terminating": TerminateForm(formdata=None),
        } | failed
        page = render_template(
            "agreements/show.html",
            agreement=agreement,
            application=_application(session, agreement),
            amendments=queries.amendments(session, agreement.id),
            renewal=queries.renewal_of(session, agreement.id),
            since=since(agreement),
            ends_soon=stage_of(agreement, now=now()) is not None,
            blocks=() if agreement.text_version == NO_SAMPLE else blocks(agreement.text_version, language()),
            role=signed_in().role,
            **forms,
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK


def _application(session: orm.Session, agreement: Agreement) -> Application | None:
    if agreement.application_id is None:
        return None
    return applications.application(session, agreement.application_id)


def _done(message: str, agreement_id: uuid.UUID) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("agreements.show", agreement_id=agreement_id), HTTPStatus.SEE_OTHER)
