"""Records whose period is nearly over: what is destroyed when, and how somebody holds it."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from hub.accounts.models import Role
from hub.retention import queries, service
from hub.retention.forms import HoldForm
from hub.retention.models import Kind
from hub.retention.states import OPEN
from hub.retention.words import KINDS
from hub.web.access import allow
from hub.web.forms import status_of
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("retention", __name__, template_folder="templates", url_prefix="/retention")

NAMED = {Role.COORDINATOR: frozenset(Kind), Role.REVIEWER: frozenset({Kind.ATTACHMENTS})}
HOLDERS = (Role.COORDINATOR, Role.REVIEWER, Role.ADMINISTRATOR)


@bp.get("")
@allow(*HOLDERS, Role.AUDITOR)
def listed() -> ResponseReturnValue:
    """List what will be destroyed, the nearest first, then what was."""
    hub = wired()
    with hub.db.reading() as session:
        page = request.args.get("page", default=1, type=int)
        return render_template(
            "retention/listed.html",
            shown=queries.listed(session, page=page, named=_named()),
            words=KINDS,
            open_states=OPEN,
            may_hold=signed_in().role in HOLDERS,
            keep={kind: service.period(hub.config.keep, kind) for kind in KINDS},
            ahead=hub.config.keep.warning,
        )


@bp.route("/<uuid:destruction_id>/hold", methods=["GET", "POST"])
@allow(*HOLDERS)
def hold(destruction_id: uuid.UUID) -> ResponseReturnValue:
    """Hold a record, with the reason."""
    form = HoldForm()
    if form.validate_on_submit():
        with wired().db.transaction() as session:
            service.hold(session, destruction_id, form.reason.data or "", by=actor(), now=now())
        flash(_("The record is held and will not be destroyed."), "success")
        return redirect(url_for("retention.listed"), HTTPStatus.SEE_OTHER)
    status = status_of(form)
    return _page("retention/hold.html", destruction_id, form), status


@bp.route("/<uuid:destruction_id>/let-go", methods=["GET", "POST"])
@allow(*HOLDERS)
def let_go(destruction_id: uuid.UUID) -> ResponseReturnValue:
    """Ask, then end a hold."""
    form = FlaskForm()
    if form.validate_on_submit():
        with wired().db.transaction() as session:
            service.let_go(session, destruction_id, by=actor(), now=now())
        flash(_("The record is no longer held."), "success")
        return redirect(url_for("retention.listed"), HTTPStatus.SEE_OTHER)
    return _page("retention/let_go.html", destruction_id, form)


def _page(template: str, destruction_id: uuid.UUID, form: FlaskForm) -> str:
    with wired().db.reading() as session:
        line = queries.one(session, destruction_id, named=_named())
        days = service.AFTER_A_HOLD.days
        return render_template(template, line=line, form=form, words=KINDS, days=days)


def _named() -> frozenset[Kind]:
    """Return of which kinds this person may know what the records are about; of others, their ids alone."""
    return NAMED.get(signed_in().role, frozenset())
