"""The pages on which a body joins without an application, by two people."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import InputError
from hub.web.access import allow, fresh
from hub.web.forms import status_of
from hub.web.language import language
from hub.web.wiring import actor, now, signed_in, wired
from sectors.applications import sentences
from sectors.catalogue.queries import sectors, sectors_on
from sectors.openings import queries, service
from sectors.openings.forms import OpeningForm, TakeoverForm
from sectors.openings.proposal import Proposal
from sectors.openings.states import OPEN, State

bp = Blueprint("openings", __name__, template_folder="templates", url_prefix="/openings")
STAFF = (Role.COORDINATOR, Role.REVIEWER)


@bp.get("")
@allow(*STAFF)
def listed() -> ResponseReturnValue:
    """List the bodies that joined, or are to join, without an application."""
    with wired().db.reading() as session:
        found = queries.openings(session)
    return render_template("openings/listed.html", items=found, now=now())


@bp.route("/exception", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
@fresh
def exception() -> ResponseReturnValue:
    """Propose a body on the exception route."""
    return _proposing(OpeningForm(), "openings/exception.html")


@bp.route("/takeover", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
@fresh
def takeover() -> ResponseReturnValue:
    """Propose to take over a body that is served already."""
    return _proposing(TakeoverForm(), "openings/takeover.html")


@bp.get("/<uuid:opening_id>")
@allow(*STAFF)
def show(opening_id: uuid.UUID) -> ResponseReturnValue:
    """Show who is to join, and what is being done about it."""
    with wired().db.reading() as session:
        opening = queries.opening(session, opening_id)
        proposal = queries.proposal_of(opening, vault=wired().vault)
        known = sectors(session, _codes(proposal))
        return render_template(
            "openings/show.html",
            opening=opening,
            details=proposal.details,
            existing=proposal.existing,
            words=sentences,
            names={each.code: each.en if language() == "en" else each.ja for each in known},
            is_open=opening.state in OPEN,
            may_approve=opening.state is State.PROPOSED
            and signed_in().role is Role.COORDINATOR
            and opening.proposed_by != signed_in().account_id,
        )


@bp.post("/<uuid:opening_id>/approve")
@allow(Role.COORDINATOR)
@fresh
def approve(opening_id: uuid.UUID) -> ResponseReturnValue:
    """Approve what another person proposed."""
    with wired().db.transaction() as session:
        service.approve(session, opening_id, by=actor(), now=now())
    return _done(opening_id, _("The body was approved. It counts in 24 hours; all staff are told by mail."))


@bp.post("/<uuid:opening_id>/refuse")
@allow(*STAFF)
def refuse(opening_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse it before it counts."""
    with wired().db.transaction() as session:
        service.refuse(session, opening_id, by=actor(), now=now())
    return _done(opening_id, _("It was refused. No body begins from it."))


def _proposing(form: OpeningForm, template: str) -> ResponseReturnValue:
    hub = wired()
    with hub.db.reading() as session:
        known = sectors_on(session, now().astimezone(JST).date())
    choices = {each.code: each.en if language() == "en" else each.ja for each in known}
    form.prepare(choices=choices, names={each.code: each.ja for each in known})
    if form.is_submitted() and form.check():
        try:
            with hub.db.transaction() as session:
                opening = service.propose(
                    session,
                    form.proposal(),
                    consultation=form.consultation.data or "",
                    contract=form.file(),
                    vault=hub.vault,
                    by=actor(),
                    now=now(),
                )
        except InputError as refused:
            form.show(refused.problems)
        else:
            return _done(opening.id, _("The body was proposed. All staff are told by mail."))
    page = render_template(template, form=form, words=sentences)
    return page, status_of(form)


def _codes(proposal: Proposal) -> frozenset[str]:
    return frozenset(proposal.details.sectors) | {each.sector_code for each in proposal.details.operators}


def _done(opening_id: uuid.UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("openings.show", opening_id=opening_id), HTTPStatus.SEE_OTHER)
