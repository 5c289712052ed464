"""The pages of certificates: a contact brings one and proves it; a coordinator compares its fingerprint."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from hub.accounts.models import Role
from hub.accounts.passkeys.assertion import AssertionRefusedError
from hub.web import rates
from hub.web.access import allow, fresh
from hub.web.forms import status_of
from hub.web.signing import question
from hub.web.wiring import actor, now, signed_in, wired
from keys import gate
from keys import queries as register
from keys import service as keys
from keys.challenge import Answer
from keys.fingerprints import grouped
from keys.refusals import CertificateRefusedError
from keys.states import State
from sectors.certificates import queries, service
from sectors.certificates.forms import AnswerForm, ConfirmForm, RevokeForm, UploadForm

MOST_UPLOADS = "20 per hour"
bp = Blueprint("certificates", __name__, template_folder="templates", url_prefix="/certificates")


@bp.get("")
@allow(Role.CONTACT)
def mine() -> ResponseReturnValue:
    """Show the contact's own certificates and what to do next."""
    return _own_page()


@bp.post("")
@allow(Role.CONTACT)
@fresh
def upload() -> ResponseReturnValue:
    """Take a certificate through the gate."""
    hub, form = wired(), UploadForm()
    rates.count("certificate upload", MOST_UPLOADS)  # each costs several runs of GnuPG
    blob = form.blob()
    if blob is None:
        return _own_page(uploading=form)
    try:
        with hub.db.reading() as session:
            contact = queries.own_contact(session, signed_in().account_id)
        passed = gate.inspect(blob, expect_email=contact.email, now=now(), gpg=hub.config.gpg)
        with hub.db.transaction() as session:
            contact = queries.own_contact(session, signed_in().account_id)
            keys.upload(
                session, owner_id=contact.id, email=contact.email, passed=passed, by=actor(), now=now()
            )
    except CertificateRefusedError as refused:
        form.refuse(_(str(refused)))
        return _own_page(uploading=form)
    return _done(_("The certificate was taken. An encrypted mail with a challenge is on its way to you."))


@bp.post("/<uuid:certificate_id>/answer")
@allow(Role.CONTACT)
def answer(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Take the challenge that the contact has read in the encrypted mail."""
    hub, form = wired(), AnswerForm()
    if not form.validate():
        return _own_page(answering=form)
    with hub.db.transaction() as session:
        contact = queries.own_contact(session, signed_in().account_id)
        result = keys.answer_challenge(
            session,
            certificate_id,
            form.challenge.data or "",
            owner_id=contact.id,
            by=actor(),
            now=now(),
            token_key=hub.token_key,
        )
    if result is not Answer.RIGHT:
        form.challenge.errors = [_(result.sentence)]
        return _own_page(answering=form)
    return _done(_(result.sentence))


@bp.post("/<uuid:certificate_id>/challenge")
@allow(Role.CONTACT)
def ask(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Send a new challenge."""
    with wired().db.transaction() as session:
        contact = queries.own_contact(session, signed_in().account_id)
        keys.renew_challenge(session, certificate_id, owner_id=contact.id, by=actor(), now=now())
    return _done(_("A new challenge is on its way to you. The earlier one is void."))


@bp.route("/<uuid:certificate_id>/revocation", methods=["GET", "POST"])
@allow(Role.CONTACT)
@fresh
def revoke(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Ask once more, then take the certificate out of use for good."""
    form = RevokeForm()
    with wired().db.reading() as session:
        contact = queries.own_contact(session, signed_in().account_id)
        certificate = register.certificate(session, certificate_id, owner_id=contact.id)
    if not form.validate_on_submit():
        page = render_template(
            "certificates/revoke.html", form=form, certificate=certificate, grouped=grouped
        )
        return page, status_of(form)
    with wired().db.transaction() as session:
        keys.revoke(session, certificate_id, by=actor(), now=now(), owner_id=contact.id)
    return _done(_("The certificate was revoked. Nothing is encrypted to it any more."))


@bp.get("/confirm")
@allow(Role.COORDINATOR)
def waiting() -> ResponseReturnValue:
    """List the certificates whose fingerprints are to be compared."""
    with wired().db.reading() as session:
        return render_template(
            "certificates/waiting.html",
            items=queries.waiting(session),
            in_force=queries.in_force(session),
        )


@bp.route("/confirm/<uuid:certificate_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def confirm(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Show the fingerprint and the telephone number; put the certificate in force after the comparison."""
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                service.confirm(session, certificate_id, signature=form.signature(), by=actor(), now=now())
        except AssertionRefusedError as refused:
            form.form_errors.append(_(str(refused)))
        else:
            flash(_("The certificate is active. The contact is told by mail."), "success")
            return redirect(url_for("certificates.waiting"), HTTPStatus.SEE_OTHER)
    with wired().db.reading() as session:
        item = queries.one_waiting(session, certificate_id)
        options = question(session, service.asked(item.certificate, item.contact, item.body))
        page = render_template(
            "certificates/confirm.html", item=item, form=form, options=options, grouped=grouped
        )
    return page, status_of(form)


@bp.post("/confirm/<uuid:certificate_id>/refuse")
@allow(Role.COORDINATOR)
def refuse(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse a certificate that its contact does not recognise."""
    with wired().db.transaction() as session:
        service.refuse(session, certificate_id, by=actor(), now=now())
    flash(_("The certificate was refused. The contact is told by mail."), "success")
    return redirect(url_for("certificates.waiting"), HTTPStatus.SEE_OTHER)


def _own_page(**failed: FlaskForm) -> ResponseReturnValue:
    """Return the contact's page; `failed` are forms that were not accepted, shown again."""
    forms: dict[str, FlaskForm] = {
        "uploading": UploadForm(formdata=None),
        "answering": AnswerForm(formdata=None),
    } | failed
    with wired().db.reading() as session:
        contact = queries.own_contact(session, signed_in().account_id)
        certificates = register.certificates_of(session, contact.id)
        page = render_template(
            "certificates/mine.html",
            contact=contact,
            certificates=certificates,
            unproved=[each for each in certificates if each.state is State.UPLOADED],
            grouped=grouped,
            **forms,
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK


def _done(message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("certificates.mine"), HTTPStatus.SEE_OTHER)
