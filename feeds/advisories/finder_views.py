"""IPA's pages after a release: which finders are to be told, and the record that one was."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feeds.advisories import finders, finding
from feeds.advisories.forms import FinderForm
from hub.accounts.models import Role
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.wiring import actor, now, wired

bp = Blueprint("finders", __name__, template_folder="templates", url_prefix="/advisories")


@bp.get("/finders")
@allow(Role.REVIEWER)
def listed() -> ResponseReturnValue:
    """List the released advisories of which IPA has not recorded that the finder knows."""
    hub = wired()
    with hub.db.reading() as session:
        rows = finding.rows_of(session, finders.waiting(session), vault=hub.vault)
        return render_template("advisories/finders.html", rows=rows)


@bp.route("/<uuid:advisory_id>/finder", methods=["GET", "POST"])
@allow(Role.REVIEWER)
def record(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Record that the finder was told, or that there was no report."""
    form = FinderForm()
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                finders.record(session, advisory_id, form.value(), by=actor(), now=now())
            flash(_("Recorded"), "success")
            return redirect(url_for("finders.listed"), HTTPStatus.SEE_OTHER)
        except InputError as refused:
            show_problems(form, refused.problems)
    with wired().db.reading() as session:
        advisory = finders.waiting_one(session, advisory_id)
        return render_template("advisories/finder.html", form=form, advisory=advisory), status_of(form)
