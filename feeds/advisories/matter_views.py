"""The pages on what becomes of a matter: same as another one, its hour of publication, published early."""

import uuid
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.advisories import finding, hour, notice, pages, queries, same_matter, words
from feeds.advisories.forms import EarlyForm, SameForm
from feeds.advisories.releasing_views import to_page
from feeds.advisories.states import Move
from feeds.formats import calendar
from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import InputError, NotFoundError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.wiring import actor, now, wired

bp = Blueprint("matters", __name__, template_folder="templates", url_prefix="/advisories")


@bp.get("/published")
@allow(Role.COORDINATOR)
def published() -> ResponseReturnValue:
    """List the advisories whose hour of publication has come: what was published is to be confirmed."""
    hub = wired()
    with hub.db.reading() as session:
        found = hour.published(session, now=now())
        rows = finding.rows_of(session, list(found), vault=hub.vault)
        dates = {each.id: at for each, at in found.items()}
        return render_template("advisories/published.html", rows=rows, dates=dates)


@bp.route("/<uuid:advisory_id>/published-early", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def early(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Record that a matter was published before its date, and go on to the lifting."""
    hub, form = wired(), EarlyForm()
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                hour.note_early(session, advisory_id, form.value(), by=actor(), now=now())
            return redirect(url_for("releasing.lift", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)
        except InputError as refused:
            show_problems(form, refused.problems)
    form.public_since.data = form.public_since.data or now().astimezone(JST)
    with hub.db.reading() as session:
        page = pages.staff_page(session, advisory_id, vault=hub.vault, now=now())
        pages.refuse_unless(page, Move.LIFT)
        return render_template("advisories/early.html", form=form, page=page), status_of(form)


@bp.route("/<uuid:advisory_id>/same", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def same(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Record that the matter is the same as another one."""
    hub = wired()
    with hub.db.reading() as session:
        advisory, form = queries.advisory(session, advisory_id), _same_form(session, advisory_id)
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                same_matter.merge(
                    session,
                    advisory_id,
                    uuid.UUID(form.into.data),
                    reason=form.reason.data or "",
                    vault=hub.vault,
                    by=actor(),
                    now=now(),
                )
            flash(_("Both are recorded as one matter"), "success")
            return to_page(advisory_id)
        except InputError as refused:
            show_problems(form, refused.problems)
    return render_template("advisories/same.html", form=form, advisory=advisory), status_of(form)


def _same_form(session: orm.Session, advisory_id: uuid.UUID) -> SameForm:
    form = SameForm()
    form.into.choices = words.offered(pages.mergeable(session, advisory_id, vault=wired().vault))
    return form


@bp.post("/<uuid:advisory_id>/same/<uuid:merger_id>/undo")
@allow(Role.COORDINATOR)
def undo(advisory_id: uuid.UUID, merger_id: uuid.UUID) -> ResponseReturnValue:
    """Take back that two matters are one."""
    with wired().db.transaction() as session:
        same_matter.undo(session, advisory_id, merger_id, by=actor(), now=now())
    flash(_("They are two matters again"), "success")
    return to_page(advisory_id)


@bp.get("/<uuid:advisory_id>/publication.ics")
@allow(Role.COORDINATOR)
def publication_file(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out the publication as recipients were told it last, as a calendar."""
    hub = wired()
    with hub.db.reading() as session:
        releases = queries.releases(session, advisory_id)
        if not releases:
            raise NotFoundError("nothing was released yet")
        told = notice.notice_of(releases[-1], vault=hub.vault)
    answer = Response(calendar.publication(told), mimetype=calendar.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{told.tracking_id}.ics"'
    return answer
