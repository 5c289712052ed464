"""IPA's page of announcements: recorded, and read by the coordinators."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from hub.accounts.models import Role
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.language import language
from hub.web.wiring import actor, now, wired
from sectors.announcements import queries, service
from sectors.announcements.forms import MEANS, AnnouncementForm
from sectors.applications.form_parts import offered
from sectors.applications.pages import sector_choices
from sectors.catalogue.queries import every_sector

bp = Blueprint("announcements", __name__, template_folder="templates", url_prefix="/announcements")


@bp.get("")
@allow(Role.REVIEWER, Role.COORDINATOR)
def listed() -> ResponseReturnValue:
    """List what was announced to whom, the latest first."""
    with wired().db.reading() as session:
        shown = queries.announcements(session, page=request.args.get("page", 1, int))
        return render_template("announcements/list.html", shown=shown, names=_sectors(session), means=MEANS)


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.REVIEWER)
def record() -> ResponseReturnValue:
    """Record an announcement."""
    form = AnnouncementForm()
    with wired().db.reading() as session:
        form.sector.choices = offered({"": _("Several sectors")} | _sectors(session))
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                service.record(session, form.value(), by=actor(), now=now())
            flash(_("The announcement was recorded."), "success")
            return redirect(url_for("announcements.listed"), HTTPStatus.SEE_OTHER)
        except InputError as refused:
            show_problems(form, refused.problems)
    page = render_template("announcements/new.html", form=form)
    return page, status_of(form)


def _sectors(session: orm.Session) -> dict[str, str]:
    return sector_choices(every_sector(session), language=language())
