"""The log of problems met in the trial operation: of the own body, or of any for the coordinators."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.problems import queries, service
from feeds.problems.forms import AgainForm, ProblemForm, SolutionForm
from feeds.problems.models import Problem
from hub.accounts.models import Role
from hub.core.errors import NotFoundError
from hub.web.access import allow
from hub.web.forms import status_of
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies

bp = Blueprint("problems", __name__, template_folder="templates", url_prefix="/problems")
BOTH = (Role.COORDINATOR, Role.CONTACT)


@bp.route("/of/<uuid:body_id>", methods=["GET", "POST"])
@allow(*BOTH)
def of_body(body_id: uuid.UUID) -> ResponseReturnValue:
    """List a body's problems, and take a further one."""
    hub, form = wired(), ProblemForm()
    with hub.db.reading() as session:
        _refuse_others(session, body_id)
    if form.validate_on_submit():
        with hub.db.transaction() as session:
            service.report(session, body_id, form.text.data or "", vault=hub.vault, by=actor(), now=now())
        flash(_("The problem is recorded. JPCERT/CC is told by mail."), "success")
        return redirect(url_for("problems.of_body", body_id=body_id), HTTPStatus.SEE_OTHER)
    with hub.db.reading() as session:
        page = render_template(
            "problems/of_body.html",
            body=bodies.body(session, body_id),
            told=queries.of_body(session, body_id, vault=hub.vault),
            form=form,
            own=signed_in().role is Role.CONTACT,
        )
    return page, status_of(form)


@bp.route("/<uuid:problem_id>", methods=["GET", "POST"])
@allow(*BOTH)
def problem(problem_id: uuid.UUID) -> ResponseReturnValue:
    """Show a problem, and take how it was solved."""
    hub, form = wired(), SolutionForm()
    with hub.db.reading() as session:
        told = queries.opened(_visible(session, problem_id), vault=hub.vault)
    if form.validate_on_submit():
        with hub.db.transaction() as session:
            solution = form.solution.data or ""
            service.solve(session, problem_id, solution, vault=hub.vault, by=actor(), now=now())
        flash(_("The solution is recorded."), "success")
        return redirect(url_for("problems.of_body", body_id=told.problem.body_id), HTTPStatus.SEE_OTHER)
    page = render_template("problems/problem.html", told=told, form=form)
    return page, status_of(form)


@bp.post("/<uuid:problem_id>/again")
@allow(*BOTH)
def again(problem_id: uuid.UUID) -> ResponseReturnValue:
    """Take note that a problem is not solved after all."""
    if AgainForm().validate_on_submit():
        with wired().db.transaction() as session:
            _visible(session, problem_id)
            service.open_again(session, problem_id, by=actor(), now=now())
        flash(_("The problem is open again."), "success")
    return redirect(url_for("problems.problem", problem_id=problem_id), HTTPStatus.SEE_OTHER)


def _visible(session: orm.Session, problem_id: uuid.UUID) -> Problem:
    found = queries.problem(session, problem_id)
    _refuse_others(session, found.body_id)
    return found


def _refuse_others(session: orm.Session, body_id: uuid.UUID) -> None:
    body = bodies.body(session, body_id)
    person = signed_in()
    if person.role is Role.CONTACT and body.organisation_id != person.organisation_id:
        raise NotFoundError("no such body")
