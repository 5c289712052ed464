"""The page of a member's certificate: the body brings it, and takes it out of use."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.dissemination import certificates, queries
from feeds.dissemination.forms import MemberCertificateForm, SureForm
from hub.accounts.models import Role
from hub.web import rates
from hub.web.access import allow, fresh
from hub.web.forms import status_of
from hub.web.wiring import actor, now, signed_in, wired
from keys import gate
from keys.fingerprints import grouped
from keys.refusals import CertificateRefusedError
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body

MOST_UPLOADS = "60 per hour"
bp = Blueprint("member_certificates", __name__, template_folder="templates", url_prefix="/passing-on/members")


@bp.get("/<uuid:operator_id>/certificate")
@allow(Role.CONTACT)
@fresh
def show(operator_id: uuid.UUID) -> ResponseReturnValue:
    """Show the certificate of a member of the own body."""
    return _page(operator_id, MemberCertificateForm(formdata=None))


@bp.post("/<uuid:operator_id>/certificate")
@allow(Role.CONTACT)
@fresh
def bring(operator_id: uuid.UUID) -> ResponseReturnValue:
    """Take a certificate through the gate."""
    hub, form = wired(), MemberCertificateForm()
    rates.count("member certificate upload", MOST_UPLOADS)  # each costs several runs of GnuPG
    with hub.db.reading() as session:
        bodies.operator(session, _own_body(session).id, operator_id)
    blob = form.blob() if form.validate_on_submit() else None
    if blob is None:
        return _page(operator_id, form)
    try:
        passed = gate.inspect(blob, expect_email=None, now=now(), gpg=hub.config.gpg)
    except CertificateRefusedError as refused:
        form.refuse(_(str(refused)))
        return _page(operator_id, form)
    with hub.db.transaction() as session:
        certificates.bring(session, _own_body(session), operator_id, passed, by=actor(), now=now())
    flash(
        _("The certificate was taken. Packages for this member are encrypted to it from now on."), "success"
    )
    return redirect(url_for("member_certificates.show", operator_id=operator_id), HTTPStatus.SEE_OTHER)


@bp.post("/<uuid:operator_id>/certificate/removal")
@allow(Role.CONTACT)
@fresh
def remove(operator_id: uuid.UUID) -> ResponseReturnValue:
    """Take a member's certificate out of use."""
    with wired().db.transaction() as session:
        certificates.remove(session, _own_body(session), operator_id, by=actor(), now=now())
    flash(_("The certificate was removed. Packages for this member are not encrypted any more."), "success")
    return redirect(url_for("member_certificates.show", operator_id=operator_id), HTTPStatus.SEE_OTHER)


def _page(operator_id: uuid.UUID, form: MemberCertificateForm) -> ResponseReturnValue:
    with wired().db.reading() as session:
        body = _own_body(session)
        member = bodies.operator(session, body.id, operator_id)
        page = render_template(
            "kit/certificate.html",
            body=body,
            member=member,
            held=queries.certificate(session, member.id),
            grouped=grouped,
            form=form,
            removing=SureForm(formdata=None),
        )
    return page, status_of(form)


def _own_body(session: orm.Session) -> Body:
    return bodies.own_body(session, signed_in().organisation_id)
