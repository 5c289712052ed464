"""The coordinators' page of a body's operation: readiness, trial, full operation, suspension, leaving."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.drills import service as drills
from feeds.drills.forms import WaiverForm
from feeds.operation import service
from feeds.operation.forms import MoveForm
from hub.accounts.models import Role
from hub.web.access import allow
from hub.web.wiring import actor, now, wired
from sectors.bodies import queries as bodies
from sectors.bodies import service as body_service
from sectors.bodies.models import Body
from sectors.bodies.states import MOVES, Move

bp = Blueprint("operation", __name__, template_folder="templates", url_prefix="/bodies")


@bp.get("/<uuid:body_id>/operation")
@allow(Role.COORDINATOR)
def shown(body_id: uuid.UUID) -> ResponseReturnValue:
    """Show what a body still needs, and what can be done with it."""
    with wired().db.reading() as session:
        body = bodies.body(session, body_id)
        return _page(session, body, _form(body))


@bp.post("/<uuid:body_id>/operation/trial")
@allow(Role.COORDINATOR)
def begin_trial(body_id: uuid.UUID) -> ResponseReturnValue:
    """Begin trial operation."""
    with wired().db.transaction() as session:
        service.begin_trial(session, body_id, by=actor(), now=now())
    flash(_("Trial operation has begun."), "success")
    return redirect(url_for("operation.shown", body_id=body_id), HTTPStatus.SEE_OTHER)


@bp.post("/<uuid:body_id>/operation/move")
@allow(Role.COORDINATOR)
def move(body_id: uuid.UUID) -> ResponseReturnValue:
    """Make another move, with its reason."""
    with wired().db.transaction() as session:
        body = bodies.body(session, body_id)
        form = _form(body)
        if not form.validate_on_submit():
            return _page(session, body, form), HTTPStatus.UNPROCESSABLE_ENTITY
        made = Move(form.move.data)
        body_service.move(session, body_id, made, reason=form.reason.data or "", by=actor(), now=now())
    flash(_("The change is effective at once."), "success")
    return redirect(url_for("operation.shown", body_id=body_id), HTTPStatus.SEE_OTHER)


@bp.post("/<uuid:body_id>/operation/drill-waiver")
@allow(Role.COORDINATOR)
def waive_drill(body_id: uuid.UUID) -> ResponseReturnValue:
    """Record that the body need pass no drill; another person begins its trial."""
    form = WaiverForm()
    with wired().db.transaction() as session:
        body = bodies.body(session, body_id)
        if not form.validate_on_submit():
            return _page(session, body, _form(body), form), HTTPStatus.UNPROCESSABLE_ENTITY
        drills.waive(session, body_id, form.waiver.data or "", by=actor(), now=now())
    flash(_("The waiver is recorded. Another person begins the trial operation."), "success")
    return redirect(url_for("operation.shown", body_id=body_id), HTTPStatus.SEE_OTHER)


def _form(body: Body) -> MoveForm:
    """Offer only what the life cycle allows now; trial has a button of its own, behind its gate."""
    return MoveForm(each for each in Move if (body.state, each) in MOVES and each is not Move.BEGIN_TRIAL)


def _page(session: orm.Session, body: Body, form: MoveForm, waiving: WaiverForm | None = None) -> str:
    return render_template(
        "operation/body.html",
        body=body,
        readiness=service.readiness(session, body, now=now()),
        form=form,
        waiving=waiving or WaiverForm(formdata=None),
        can_begin=(body.state, Move.BEGIN_TRIAL) in MOVES,
    )
