"""The pages on leaks: recorded on a matter, told to IPA and coordinators, decided on; nothing is lifted."""

import uuid

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feeds.advisories import queries
from feeds.advisories.forms import LeakDecisionForm, LeakForm
from feeds.advisories.releasing_views import to_page
from feeds.advisories.telling import tell
from feeds.matters import leaks
from feeds.matters.states import LeakMove
from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.wiring import actor, now, wired

PAGE = "/advisories/leaks"

bp = Blueprint("leaks", __name__, template_folder="templates", url_prefix="/advisories")


@bp.get("/leaks")
@allow(Role.COORDINATOR, Role.REVIEWER)
def listed() -> ResponseReturnValue:
    """List the leaks, for IPA and coordinators, with what was decided on each."""
    hub = wired()
    with hub.db.reading() as session:
        return render_template("advisories/leaks.html", leaks=leaks.leaks(session, vault=hub.vault))


@bp.route("/<uuid:advisory_id>/leaks/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def record(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Record that something of a matter leaked, and tell IPA and the other coordinators that there is one."""
    hub, form = wired(), LeakForm()
    with hub.db.reading() as session:
        advisory = queries.advisory(session, advisory_id)
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                row = leaks.record(
                    session, advisory.matter_id, **form.value(), vault=hub.vault, by=actor(), now=now()
                )
                pages = {Role.COORDINATOR: PAGE, Role.REVIEWER: PAGE}
                tell(session, "leak-recorded", pages, occasion=str(row.id), by=actor(), now=now())
            flash(_("The leak is recorded. The notice stays restricted"), "success")
            return to_page(advisory_id)
        except InputError as refused:
            show_problems(form, refused.problems)
    form.noticed_at.data = form.noticed_at.data or now().astimezone(JST)
    return render_template("advisories/leak.html", form=form, advisory=advisory), status_of(form)


@bp.route("/<uuid:advisory_id>/leaks/<uuid:leak_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def decide(advisory_id: uuid.UUID, leak_id: uuid.UUID) -> ResponseReturnValue:
    """Record whether publication is brought forward because of a leak."""
    hub, form = wired(), LeakDecisionForm()
    with hub.db.reading() as session:
        advisory = queries.advisory(session, advisory_id)
        found = leaks.leak(session, advisory.matter_id, leak_id, vault=hub.vault)
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                leaks.decide(
                    session,
                    advisory.matter_id,
                    leak_id,
                    LeakMove(form.move.data),
                    reason=form.reason.data or "",
                    vault=hub.vault,
                    by=actor(),
                    now=now(),
                )
            flash(_("The decision is recorded"), "success")
            return to_page(advisory_id)
        except InputError as refused:
            show_problems(form, refused.problems)
    page = render_template("advisories/leak_decision.html", form=form, advisory=advisory, leak=found)
    return page, status_of(form)
