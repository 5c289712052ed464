"""The coordinators' pages of reminders: whom to call, and when is reminded of what."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feeds.formats.content import Kind
from feeds.reminders import queries, service
from feeds.reminders.forms import OUTCOMES, CallForm, QuietForm, RuleForm
from hub.accounts.models import Role
from hub.core.errors import InputError, NotFoundError
from hub.web.access import allow
from hub.web.forms import status_of
from hub.web.wiring import actor, now, wired

bp = Blueprint("reminders", __name__, template_folder="templates", url_prefix="/reminders")


@bp.get("/calls")
@allow(Role.COORDINATOR)
def call_list() -> ResponseReturnValue:
    """List the bodies that mail has not moved to answer."""
    hub = wired()
    with hub.db.reading() as session:
        entries = queries.to_call(session, vault=hub.vault, now=now())
        return render_template("reminders/calls.html", entries=entries, now=now())


@bp.route("/calls/<uuid:release_id>/<uuid:body_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def call(release_id: uuid.UUID, body_id: uuid.UUID) -> ResponseReturnValue:
    """Show whom to call, and record the call."""
    hub = wired()
    with hub.db.transaction() as session:
        entry = queries.one_to_call(session, release_id, body_id, vault=hub.vault)
        form = CallForm().prepare(entry.contacts)
        if form.validate_on_submit():
            contact_id, outcome, remark = form.value()
            service.record_call(
                session,
                release_id,
                body_id,
                contact_id,
                outcome,
                remark=remark,
                vault=hub.vault,
                by=actor(),
                now=now(),
            )
            flash(_("The call is recorded."), "success")
            return redirect(url_for("reminders.call_list"), HTTPStatus.SEE_OTHER)
        page = render_template("reminders/call.html", entry=entry, form=form, words=OUTCOMES, now=now())
    return page, status_of(form)


@bp.get("/rules")
@allow(Role.COORDINATOR)
def rules() -> ResponseReturnValue:
    """Show when is reminded of what."""
    with wired().db.reading() as session:
        return render_template(
            "reminders/rules.html", rules=queries.rules(session), quiet=queries.quiet(session)
        )


@bp.route("/rules/<kind>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def rule(kind: str) -> ResponseReturnValue:
    """Change when a kind of notice is reminded of."""
    if kind not in set(Kind):
        raise NotFoundError("no such kind")
    with wired().db.reading() as session:
        form = RuleForm(obj=queries.rules(session)[Kind(kind)])
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                service.set_rule(session, Kind(kind), form.value(), by=actor(), now=now())
            return _saved()
        except InputError as refused:
            form.call.errors = [_(said) for said in refused.problems.values()]
    return _page("reminders/rule.html", form, kind=kind)


@bp.route("/quiet-hours", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def quiet_hours() -> ResponseReturnValue:
    """Change the quiet hours."""
    with wired().db.reading() as session:
        form = QuietForm(obj=queries.quiet(session))
    if form.validate_on_submit():
        with wired().db.transaction() as session:
            service.set_quiet(session, form.value(), by=actor(), now=now())
        return _saved()
    return _page("reminders/quiet.html", form)


def _saved() -> ResponseReturnValue:
    flash(_("Saved. What is due is computed by it from now on."), "success")
    return redirect(url_for("reminders.rules"), HTTPStatus.SEE_OTHER)


def _page(template: str, form: RuleForm | QuietForm, **told: str) -> ResponseReturnValue:
    page = render_template(template, form=form, **told)
    return page, status_of(form)
