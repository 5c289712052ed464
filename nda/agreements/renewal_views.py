"""The coordinators' pages on which an agreement in force is renewed or amended."""

import uuid
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.accounts.models import Role
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.wiring import actor, now, wired
from nda.agreements import queries, renewing
from nda.agreements.forms import AmendForm, ConcludeForm
from nda.agreements.views import ORGANISATIONS, STAFF, as_file, visible

bp = Blueprint("renewals", __name__, template_folder="templates", url_prefix="/agreements")


@bp.route("/<uuid:agreement_id>/renew", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def renew(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Record the signed agreement for the next term."""
    hub, form = wired(), ConcludeForm()
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                renewed = renewing.renew(
                    session, agreement_id, form.value(), vault=hub.vault, by=actor(), now=now()
                )
        except InputError as refused:
            show_problems(form, refused.problems)
        else:
            return _done(_("The agreement was renewed."), renewed.id)
    return _page("agreements/renew.html", agreement_id, form)


@bp.route("/<uuid:agreement_id>/amend", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def amend(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Record a signed change of the agreement."""
    hub, form = wired(), AmendForm()
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                renewing.amend(session, agreement_id, form.value(), vault=hub.vault, by=actor(), now=now())
        except InputError as refused:
            show_problems(form, refused.problems)
        else:
            return _done(_("The change of the agreement was recorded."), agreement_id)
    return _page("agreements/amend.html", agreement_id, form)


@bp.get("/<uuid:agreement_id>/amendments/<uuid:amendment_id>")
@allow(*ORGANISATIONS, *STAFF)
def amendment(agreement_id: uuid.UUID, amendment_id: uuid.UUID) -> Response:
    """Hand out the signed document of a change as a file."""
    hub = wired()
    with hub.db.transaction() as session:
        agreement = visible(session, agreement_id)
        content = renewing.amendment_document(
            session, agreement, amendment_id, vault=hub.vault, by=actor(), now=now()
        )
    return as_file(content, f"amendment-{amendment_id}.pdf")


def _page(template: str, agreement_id: uuid.UUID, form: ConcludeForm | AmendForm) -> ResponseReturnValue:
    with wired().db.reading() as session:
        agreement = queries.agreement(session, agreement_id)
        page = render_template(template, agreement=agreement, form=form)
    return page, status_of(form)


def _done(message: str, agreement_id: uuid.UUID) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("agreements.show", agreement_id=agreement_id), HTTPStatus.SEE_OTHER)
