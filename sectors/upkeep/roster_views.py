"""The pages of a body's member operators with their memoranda, and of the three requirements."""

import uuid
from collections.abc import Collection
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import ConflictError, InputError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.language import language
from hub.web.wiring import actor, now, signed_in, wired
from sectors.applications.sentences import REQUIREMENTS
from sectors.bodies import queries as bodies
from sectors.catalogue.queries import sectors, sectors_on
from sectors.requirements import queries as requirements
from sectors.requirements.models import Attestation, Requirement
from sectors.upkeep import service
from sectors.upkeep.forms import NO, YES, AttestForm, MemberForm, NewMemberForm, SureForm
from sectors.upkeep.views import BOTH, visible

bp = Blueprint("roster", __name__, template_folder="templates", url_prefix="/bodies")


@bp.get("/<uuid:body_id>/operators")
@allow(*BOTH)
def listed(body_id: uuid.UUID) -> ResponseReturnValue:
    """List the member operators, a page at a time."""
    with wired().db.reading() as session:
        body = visible(session, body_id)
        shown = bodies.operators_page(session, body.id, page=request.args.get("page", 1, type=int))
        return render_template(
            "upkeep/operators.html",
            body=body,
            shown=shown,
            roster=bodies.roster_counts(session, [body.id]).get(body.id, bodies.Roster()),
            names=_names(session, {each.sector_code for each in shown.rows}),
            own=signed_in().role is Role.CONTACT,
        )


@bp.route("/<uuid:body_id>/operators/new", methods=["GET", "POST"])
@allow(Role.CONTACT)
def new(body_id: uuid.UUID) -> ResponseReturnValue:
    """Add a member operator."""
    with wired().db.reading() as session:
        body = visible(session, body_id)
        known = sectors_on(session, now().astimezone(JST).date())
    form = NewMemberForm().prepare({each.code: each.en if language() == "en" else each.ja for each in known})
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                service.add_member(session, body_id, form.value(), by=actor(), now=now())
        except InputError as refused:
            show_problems(form, refused.problems)
        except ConflictError as refused:
            form.corporate_number.errors = [_(str(refused))]
        else:
            flash(_("The member was added."), "success")
            return _to_roster(body_id)
    page = render_template("upkeep/new_operator.html", form=form, body=body)
    return page, status_of(form)


@bp.route("/<uuid:body_id>/operators/<uuid:operator_id>", methods=["GET", "POST"])
@allow(Role.CONTACT)
def member(body_id: uuid.UUID, operator_id: uuid.UUID) -> ResponseReturnValue:
    """Show a member, and record its memorandum."""
    with wired().db.reading() as session:
        body = visible(session, body_id)
        found = bodies.operator(session, body.id, operator_id)
    held = {"critical": YES if found.critical else NO, "memorandum_on": found.memorandum_on}
    form = MemberForm(data=held)
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                service.keep_member(session, body_id, operator_id, form.standing(), by=actor(), now=now())
        except InputError as refused:
            show_problems(form, refused.problems)
        else:
            flash(_("The member's memorandum was recorded."), "success")
            return _to_roster(body_id)
    page = render_template("upkeep/operator.html", form=form, body=body, operator=found)
    return page, status_of(form)


@bp.post("/<uuid:body_id>/operators/<uuid:operator_id>/left")
@allow(Role.CONTACT)
def left(body_id: uuid.UUID, operator_id: uuid.UUID) -> ResponseReturnValue:
    """Take a member off the roster."""
    if SureForm().validate_on_submit():
        with wired().db.transaction() as session:
            service.member_leaves(session, body_id, operator_id, by=actor(), now=now())
        flash(_("The member was taken off the roster."), "success")
    return _to_roster(body_id)


@bp.route("/<uuid:body_id>/requirements", methods=["GET", "POST"])
@allow(*BOTH)
def attest(body_id: uuid.UUID) -> ResponseReturnValue:
    """Show how the three requirements are met; the body attests them anew."""
    own = signed_in().role is Role.CONTACT
    with wired().db.reading() as session:
        body = visible(session, body_id)
        held = requirements.latest(session, body.id)
        valid = requirements.attested(session, body.id, on=now().astimezone(JST).date())
    form = AttestForm(data=_prefilled(held))
    if own and form.is_submitted() and form.check():
        with wired().db.transaction() as session:
            service.attest(session, body_id, form.value(), by=actor(), now=now())
        flash(_("The three requirements are attested for a year from today."), "success")
        return redirect(url_for("bodies.show", body_id=body_id), HTTPStatus.SEE_OTHER)
    page = render_template(
        "upkeep/requirements.html",
        form=form,
        body=body,
        held=held,
        valid=valid,
        own=own,
        requirements=list(Requirement),
        words=REQUIREMENTS,
    )
    return page, status_of(form)


def _prefilled(held: dict[Requirement, Attestation]) -> dict[str, object]:
    return {
        each.value: {"how": last.how, "by_whom": last.by_whom, "evidence": last.evidence}
        for each, last in held.items()
    }


def _names(session: orm.Session, codes: Collection[str]) -> dict[str, str]:
    return {each.code: each.en if language() == "en" else each.ja for each in sectors(session, codes)}


def _to_roster(body_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("roster.listed", body_id=body_id), HTTPStatus.SEE_OTHER)
