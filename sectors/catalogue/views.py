"""The coordinators' pages of the sectors and of the action plan's editions."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.forms import day_of, show_problems, status_of
from hub.web.wiring import actor, now, wired
from sectors.catalogue import queries, service
from sectors.catalogue.forms import EditionForm, EndForm, SectorForm

bp = Blueprint("sectors", __name__, template_folder="templates", url_prefix="/sectors")


@bp.get("")
@allow(Role.COORDINATOR, Role.REVIEWER)
def listed() -> ResponseReturnValue:
    """List every sector with the days from and to which it holds, and the editions of the action plan."""
    with wired().db.reading() as session:
        return render_template(
            "catalogue/list.html",
            sectors=queries.every_sector(session),
            editions=queries.editions(session),
            today=now().astimezone(JST).date(),
        )


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def add() -> ResponseReturnValue:
    """Add a sector, citing the revision of the guideline."""
    form = SectorForm()
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                service.add_sector(session, form.value(), by=actor(), now=now())
            return _done(_("The sector was added."))
        except InputError as refused:
            show_problems(form, refused.problems)
    return _page("catalogue/new.html", form)


@bp.route("/<code>/end", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def end(code: str) -> ResponseReturnValue:
    """Let a sector hold no more from a day on."""
    form = EndForm()
    with wired().db.reading() as session:
        sector = queries.sector(session, code)
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                service.end_sector(
                    session,
                    code,
                    valid_to=day_of(form.valid_to),
                    guideline=form.guideline.data or "",
                    by=actor(),
                    now=now(),
                )
            return _done(_("The last day of the sector was kept."))
        except InputError as refused:
            show_problems(form, refused.problems)
    return _page("catalogue/end.html", form, sector=sector)


@bp.route("/editions/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def add_edition() -> ResponseReturnValue:
    """Add an edition of the action plan, for rosters to cite."""
    form = EditionForm()
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                service.add_edition(
                    session, form.name.data or "", day_of(form.decided_on), by=actor(), now=now()
                )
            return _done(_("The edition was added."))
        except InputError as refused:
            show_problems(form, refused.problems)
    return _page("catalogue/edition.html", form)


def _page(template: str, form: FlaskForm, **shown: object) -> ResponseReturnValue:
    page = render_template(template, form=form, **shown)
    return page, status_of(form)


def _done(message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("sectors.listed"), HTTPStatus.SEE_OTHER)
