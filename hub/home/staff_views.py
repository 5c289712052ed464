"""The page of changes to accounts that need two people: one proposed it, another approves or refuses it."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.accounts.staff import queries, service
from hub.accounts.staff.states import Kind
from hub.home.people_views import SHOWN
from hub.web.access import allow, fresh
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("staff", __name__, template_folder="templates", url_prefix="/staff")

KINDS = {
    Kind.OPEN: _l("An account is opened"),
    Kind.ROLE: _l("Another role"),
    Kind.RETURN: _l("The person sets up the account anew"),
}


@bp.get("")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def listed() -> ResponseReturnValue:
    """List the changes that do not count yet."""
    with wired().db.reading() as session:
        waiting = queries.waiting(session)
        ids = {each for row in waiting for each in (row.proposed_by, row.approved_by) if each}
        names = {each: accounts.account(session, each).name for each in ids}
    items = [
        (row, names[row.proposed_by], names[row.approved_by] if row.approved_by else None) for row in waiting
    ]
    return render_template("home/staff.html", items=items, kinds=KINDS, roles=SHOWN, person=signed_in())


@bp.post("/<uuid:change_id>/approve")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
@fresh
def approve(change_id: uuid.UUID) -> ResponseReturnValue:
    """Approve a change that another person proposed."""
    with wired().db.transaction() as session:
        service.approve(session, change_id, by=actor(), now=now())
    return _done(_("The change was approved. It counts in 24 hours."))


@bp.post("/<uuid:change_id>/refuse")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
@fresh
def refuse(change_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse a change before it counts."""
    with wired().db.transaction() as session:
        service.refuse(session, change_id, by=actor(), now=now())
    return _done(_("The change was refused. Everything stays as it was."))


def _done(told: str) -> ResponseReturnValue:
    flash(told, "success")
    return redirect(url_for("staff.listed"), HTTPStatus.SEE_OTHER)
