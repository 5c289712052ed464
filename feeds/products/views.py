"""The pages of product lists: a body keeps its own, coordinators read it; nobody else does."""

import uuid
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.products import queries, service
from feeds.products.forms import COLUMNS, REPLACE, TypedForm, UploadForm
from feeds.products.listed import written
from hub.accounts.models import Role
from hub.core import audit
from hub.core.errors import ConflictError, InputError
from hub.web.access import allow
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies

bp = Blueprint("products", __name__, template_folder="templates", url_prefix="/products")
FILE_NAME = "products.csv"


@bp.route("", methods=["GET", "POST"])
@allow(Role.CONTACT)
def ours() -> ResponseReturnValue:
    """Show the body's list, and take it as it is typed."""
    hub, form = wired(), TypedForm()
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                body = bodies.own_body(session, signed_in().organisation_id)
                service.save(
                    session, body.id, form.read, version=form.seen, vault=hub.vault, by=actor(), now=now()
                )
            flash(_("The list is saved."), "success")
            return redirect(url_for("products.ours"), HTTPStatus.SEE_OTHER)
        except ConflictError as refused:  # what was typed stays on the page
            form.form_errors.append(_(str(refused)))
    return _page(typed=form if form.is_submitted() else None)


@bp.post("/upload")
@allow(Role.CONTACT)
def upload() -> ResponseReturnValue:
    """Take a CSV file: whole, or nothing of it."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(uploaded=form)
    try:
        with wired().db.transaction() as session:
            body = bodies.own_body(session, signed_in().organisation_id)
            count = _keep(session, body.id, form)
    except InputError as refused:
        form.file.errors = [_(said) for said in refused.problems.values()]
        return _page(uploaded=form)
    flash(_("Taken over: %(count)s products.", count=count), "success")
    return redirect(url_for("products.ours"), HTTPStatus.SEE_OTHER)


def _keep(session: orm.Session, body_id: uuid.UUID, form: UploadForm) -> int:
    """Keep what was uploaded in place of the list, or add it; return how many products are new there."""
    hub = wired()
    if form.how.data != REPLACE:
        return service.add(session, body_id, form.read, vault=hub.vault, by=actor(), now=now())
    service.save(session, body_id, form.read, version=None, vault=hub.vault, by=actor(), now=now())
    return len(form.read)


@bp.get("/template.csv")
@allow(Role.CONTACT)
def template() -> ResponseReturnValue:
    """Hand out an empty list with its heading; the byte order mark is for spreadsheets."""
    heading = ",".join(str(each) for each in COLUMNS.values())
    answer = Response(f"\ufeff{heading}\r\n", mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer


@bp.get("/of/<uuid:body_id>")
@allow(Role.COORDINATOR)
def of_body(body_id: uuid.UUID) -> ResponseReturnValue:
    """Show a body's list to the coordinators."""
    hub = wired()
    with hub.db.transaction() as session:
        body = bodies.body(session, body_id)
        kept = queries.kept(session, body.id, vault=hub.vault)
        audit.record(session, "products.viewed", by=actor(), subject=body.id, now=now())
        return render_template("products/of_body.html", body=body, kept=kept)


def _page(*, typed: TypedForm | None = None, uploaded: UploadForm | None = None) -> ResponseReturnValue:
    hub = wired()
    with hub.db.reading() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        kept = queries.kept(session, body.id, vault=hub.vault)
    form = typed or TypedForm(
        formdata=None, data={"products": written(kept.products), "version": str(kept.version)}
    )
    uploading = uploaded or UploadForm(formdata=None)
    bad = bool(form.errors or form.form_errors or uploading.errors)
    page = render_template("products/ours.html", kept=kept, form=form, uploading=uploading)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK
