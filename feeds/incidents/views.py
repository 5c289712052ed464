"""The pages of incidents: a body's report, and for IPA and the coordinators what was done about it."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.delivery import queries as deliveries
from feeds.incidents import queries, service
from feeds.incidents.forms import KINDS, NoteForm, ReportForm
from feeds.incidents.states import State
from hub.accounts.models import Role
from hub.web.access import allow
from hub.web.forms import status_of
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body

bp = Blueprint("incidents", __name__, template_folder="templates", url_prefix="/incidents")


@bp.get("/ours")
@allow(Role.CONTACT)
def ours() -> ResponseReturnValue:
    """List what the body has reported: when, of what kind, where it stands."""
    with wired().db.reading() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        found = queries.of_body(session, body.id)
    return render_template("incidents/ours.html", incidents=found, words=KINDS)


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.CONTACT)
def new() -> ResponseReturnValue:
    """Take a body's report of a leak or a misdelivery."""
    hub = wired()
    with hub.db.reading() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        form = _form(session, body)
    if form.validate_on_submit():
        with hub.db.transaction() as session:
            service.report(session, body.id, form.value(), vault=hub.vault, by=actor(), now=now())
        flash(_("Thank you. JPCERT/CC and IPA are told at once."), "success")
        return redirect(url_for("incidents.ours"), HTTPStatus.SEE_OTHER)
    page = render_template("incidents/new.html", form=form)
    return page, status_of(form)


@bp.get("")
@allow(Role.COORDINATOR, Role.REVIEWER)
def listed() -> ResponseReturnValue:
    """List what bodies have reported, the open ones first."""
    page = request.args.get("page", default=1, type=int)
    with wired().db.reading() as session:
        shown = queries.listed(session, page=page)
        return render_template("incidents/list.html", shown=shown, words=KINDS)


@bp.route("/<uuid:incident_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR, Role.REVIEWER)
def incident(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Show a report, and take note of what was done about it."""
    hub, form = wired(), NoteForm()
    if form.validate_on_submit():
        with hub.db.transaction() as session:
            service.note(
                session,
                incident_id,
                form.text.data or "",
                close=form.close.data,
                vault=hub.vault,
                by=actor(),
                now=now(),
            )
        flash(_("The report is closed.") if form.close.data else _("The note is recorded."), "success")
        return redirect(url_for("incidents.incident", incident_id=incident_id), HTTPStatus.SEE_OTHER)
    with hub.db.reading() as session:
        shown = queries.reported(session, incident_id)
        page = render_template(
            "incidents/incident.html",
            shown=shown,
            text=queries.text_of(shown.incident, vault=hub.vault),
            notes=queries.notes(session, incident_id, vault=hub.vault),
            form=form,
            words=KINDS,
            is_open=shown.incident.state is State.OPEN,
        )
    return page, status_of(form)


def _form(session: orm.Session, body: Body) -> ReportForm:
    """Offer what the body may read at this instant; a notice named in the address is chosen already."""
    arrived = deliveries.received(session, body, now=now())
    names = {each.release.id: f"{each.tracking_id} r{each.release.revision}" for each in arrived}
    named = request.args.get("notice", "")
    chosen = next((str(release_id) for release_id, name in names.items() if name.split()[0] == named), "")
    return ReportForm(data={"notice": chosen}).prepare(names)
