"""The pages of certificates of destruction: the body files them, the coordinators look at them."""

import uuid
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import orm

from feeds.destructions import queries, service
from feeds.destructions.forms import AcceptForm, CertificateForm, RemarksForm
from feeds.destructions.models import Destruction
from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.forms import show_problems
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies

bp = Blueprint("destructions", __name__, template_folder="templates", url_prefix="/destructions")
BOTH = (Role.COORDINATOR, Role.CONTACT)


@bp.get("")
@allow(*BOTH)
def listed() -> ResponseReturnValue:
    """List what was asked for: of the own body, or of all."""
    with wired().db.reading() as session:
        if signed_in().role is Role.CONTACT:
            body = bodies.own_body(session, signed_in().organisation_id)
            rows = [(each, body) for each in queries.of_body(session, body.id)]
        else:
            rows = list(queries.listed(session))
        return render_template("destructions/listed.html", rows=rows, today=now().astimezone(JST).date())


@bp.get("/<uuid:destruction_id>")
@allow(*BOTH)
def show(destruction_id: uuid.UUID) -> ResponseReturnValue:
    """Show what is asked for, or what was certified."""
    return _page(destruction_id)


@bp.get("/<uuid:destruction_id>/document")
@allow(*BOTH)
def document(destruction_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out the signed certificate as a file."""
    hub = wired()
    with hub.db.transaction() as session:
        found = _visible(session, destruction_id)
        content = service.document_of(session, found, vault=hub.vault, by=actor(), now=now())
    response = Response(content, content_type="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"destruction-{destruction_id}.pdf")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.post("/<uuid:destruction_id>/file")
@allow(Role.CONTACT)
def file(destruction_id: uuid.UUID) -> ResponseReturnValue:
    """Take the body's certificate."""
    hub, form = wired(), CertificateForm()
    if not form.validate_on_submit():
        return _page(destruction_id, filing=form)
    try:
        with hub.db.transaction() as session:
            service.file(session, destruction_id, form.value(), vault=hub.vault, by=actor(), now=now())
    except InputError as refused:
        show_problems(form, refused.problems)
        return _page(destruction_id, filing=form)
    return _done(_("Thank you. The certificate of destruction has arrived at JPCERT/CC."), destruction_id)


@bp.post("/<uuid:destruction_id>/accept")
@allow(Role.COORDINATOR)
def accept(destruction_id: uuid.UUID) -> ResponseReturnValue:
    """Accept the certificate."""
    with wired().db.transaction() as session:
        service.accept(session, destruction_id, by=actor(), now=now())
    return _done(_("The certificate of destruction was accepted."), destruction_id)


@bp.post("/<uuid:destruction_id>/return")
@allow(Role.COORDINATOR)
def give_back(destruction_id: uuid.UUID) -> ResponseReturnValue:
    """Return the certificate with what it lacks."""
    form = RemarksForm()
    if not form.validate_on_submit():
        return _page(destruction_id, remarking=form)
    with wired().db.transaction() as session:
        remarks = form.remarks.data or ""
        service.give_back(session, destruction_id, remarks=remarks, by=actor(), now=now())
    return _done(_("The certificate of destruction was returned to the body."), destruction_id)


@bp.post("/<uuid:destruction_id>/call-off")
@allow(Role.COORDINATOR)
def call_off(destruction_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for it no more."""
    form = RemarksForm()
    if not form.validate_on_submit():
        return _page(destruction_id, remarking=form)
    with wired().db.transaction() as session:
        remarks = form.remarks.data or ""
        service.call_off(session, destruction_id, remarks=remarks, by=actor(), now=now())
    return _done(_("The certificate of destruction is asked for no more."), destruction_id)


def _visible(session: orm.Session, destruction_id: uuid.UUID) -> Destruction:
    if signed_in().role is Role.COORDINATOR:
        return queries.destruction(session, destruction_id)
    return service.own(session, destruction_id, by=actor())


def _page(destruction_id: uuid.UUID, **failed: FlaskForm) -> ResponseReturnValue:
    hub = wired()
    with hub.db.reading() as session:
        found = _visible(session, destruction_id)
        forms: dict[str, FlaskForm] = {
            "filing": CertificateForm(formdata=None),
            "remarking": RemarksForm(formdata=None),
            "accepting": AcceptForm(formdata=None),
        } | failed
        page = render_template(
            "destructions/show.html",
            found=found,
            body=bodies.body(session, found.body_id),
            statement=queries.statement_of(found, vault=hub.vault),
            own=signed_in().role is Role.CONTACT,
            today=now().astimezone(JST).date(),
            **forms,
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK


def _done(message: str, destruction_id: uuid.UUID) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("destructions.show", destruction_id=destruction_id), HTTPStatus.SEE_OTHER)
