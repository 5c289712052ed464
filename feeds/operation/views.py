"""The pages of a body's operation: readiness, trial and its end, full operation, suspension, leaving."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import orm

from feeds.destructions import queries as destructions
from feeds.drills import service as drills
from feeds.drills.forms import WaiverForm
from feeds.operation import queries, service
from feeds.operation.forms import DecisionForm, MoveForm, TrialForm
from feeds.problems import queries as problems
from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import MOVES, Move

bp = Blueprint("operation", __name__, template_folder="templates", url_prefix="/bodies")


@bp.get("/<uuid:body_id>/operation")
@allow(Role.COORDINATOR)
def shown(body_id: uuid.UUID) -> ResponseReturnValue:
    """Show what a body still needs, and what can be done with it."""
    with wired().db.reading() as session:
        return _page(session, bodies.body(session, body_id))


@bp.get("/mine/operation")
@allow(Role.CONTACT)
def ours() -> ResponseReturnValue:
    """Show a contact what the own body still needs, its trial periods, problems and certificates."""
    with wired().db.reading() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        return render_template("operation/ours.html", **_facts(session, body))


@bp.post("/<uuid:body_id>/operation/trial")
@allow(Role.COORDINATOR)
def begin_trial(body_id: uuid.UUID) -> ResponseReturnValue:
    """Begin trial operation."""
    form = TrialForm()
    if not form.validate_on_submit():
        return _refused(body_id, beginning=form)
    try:
        with wired().db.transaction() as session:
            service.begin_trial(session, body_id, ends_on=form.ends_on.data, by=actor(), now=now())
    except InputError as refused:
        form.ends_on.errors = [_(said) for said in refused.problems.values()]
        return _refused(body_id, beginning=form)
    return _done(body_id, _("Trial operation has begun."))


@bp.post("/<uuid:body_id>/operation/decision")
@allow(Role.COORDINATOR)
def decide(body_id: uuid.UUID) -> ResponseReturnValue:
    """Record the consultation that ends a trial period."""
    form = DecisionForm()
    if not form.validate_on_submit():
        return _refused(body_id, deciding=form)
    try:
        with wired().db.transaction() as session:
            service.decide(session, body_id, form.value(), by=actor(), now=now())
    except InputError as refused:
        form.show(refused.problems)
        return _refused(body_id, deciding=form)
    return _done(body_id, _("The decision is recorded and effective at once."))


@bp.post("/<uuid:body_id>/operation/move")
@allow(Role.COORDINATOR)
def move(body_id: uuid.UUID) -> ResponseReturnValue:
    """Make another move, with its reason."""
    with wired().db.transaction() as session:
        body = bodies.body(session, body_id)
        form = _form(body)
        if not form.validate_on_submit():
            return _page(session, body, form=form), HTTPStatus.UNPROCESSABLE_ENTITY
        made = Move(form.move.data)
        service.change(session, body_id, made, reason=form.reason.data or "", by=actor(), now=now())
    return _done(body_id, _("The change is effective at once."))


@bp.post("/<uuid:body_id>/operation/drill-waiver")
@allow(Role.COORDINATOR)
def waive_drill(body_id: uuid.UUID) -> ResponseReturnValue:
    """Record that the body need pass no drill; another person begins its trial."""
    form = WaiverForm()
    with wired().db.transaction() as session:
        body = bodies.body(session, body_id)
        if not form.validate_on_submit():
            return _page(session, body, waiving=form), HTTPStatus.UNPROCESSABLE_ENTITY
        drills.waive(session, body_id, form.waiver.data or "", by=actor(), now=now())
    return _done(body_id, _("The waiver is recorded. Another person begins the trial operation."))


def _form(body: Body) -> MoveForm:
    """Offer only what the life cycle allows now; trial and its end have forms of their own."""
    return MoveForm(each for each in Move if (body.state, each) in MOVES)


def _facts(session: orm.Session, body: Body) -> dict[str, object]:
    return {
        "body": body,
        "readiness": service.readiness(session, body, now=now()),
        "trial": queries.running(session, body.id),
        "trials": queries.trials(session, body.id),
        "open_problems": problems.count_open(session, body.id),
        "destructions": destructions.of_body(session, body.id),
        "today": now().astimezone(JST).date(),
    }


def _page(session: orm.Session, body: Body, **failed: FlaskForm) -> str:
    forms: dict[str, FlaskForm] = {
        "waiving": WaiverForm(formdata=None),
        "beginning": TrialForm(formdata=None),
        "deciding": DecisionForm(formdata=None),
    }
    if "form" not in failed:
        forms["form"] = _form(body)
    return render_template(
        "operation/body.html",
        can_begin=(body.state, Move.BEGIN_TRIAL) in MOVES,
        **_facts(session, body),
        **(forms | failed),
    )


def _refused(body_id: uuid.UUID, **failed: FlaskForm) -> ResponseReturnValue:
    with wired().db.reading() as session:
        page = _page(session, bodies.body(session, body_id), **failed)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _done(body_id: uuid.UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("operation.shown", body_id=body_id), HTTPStatus.SEE_OTHER)
