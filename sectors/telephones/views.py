"""The pages on which a contact's telephone number is changed, by two people."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.accounts.models import Role
from hub.core.errors import InputError
from hub.web.access import allow, fresh
from hub.web.forms import status_of
from hub.web.wiring import actor, now, signed_in, wired
from sectors.telephones import queries, service
from sectors.telephones.forms import ChangeForm

bp = Blueprint("telephones", __name__, template_folder="templates", url_prefix="/telephones")


@bp.get("")
@allow(Role.COORDINATOR)
def listed() -> ResponseReturnValue:
    """List the changes that do not count yet."""
    with wired().db.reading() as session:
        return render_template("telephones/listed.html", items=queries.open_changes(session))


@bp.get("/<uuid:contact_id>")
@allow(Role.COORDINATOR, Role.CONTACT)
@fresh
def show(contact_id: uuid.UUID) -> ResponseReturnValue:
    """Show a contact's number and what is being done to it."""
    return _page(contact_id, ChangeForm(formdata=None))


@bp.post("/<uuid:contact_id>")
@allow(Role.COORDINATOR, Role.CONTACT)
@fresh
def propose(contact_id: uuid.UUID) -> ResponseReturnValue:
    """Propose a new number."""
    form = ChangeForm()
    if not form.validate():
        return _page(contact_id, form)
    try:
        with wired().db.transaction() as session:
            service.propose(session, contact_id, form.number.data or "", by=actor(), now=now())
    except InputError as refused:
        form.number.errors = [_(said) for said in refused.problems.values()]
        return _page(contact_id, form)
    return _done(contact_id, _("The change was proposed. All contacts of the body are told by mail."))


@bp.post("/<uuid:contact_id>/<uuid:change_id>/approve")
@allow(Role.COORDINATOR)
@fresh
def approve(contact_id: uuid.UUID, change_id: uuid.UUID) -> ResponseReturnValue:
    """Approve a change that another person proposed."""
    with wired().db.transaction() as session:
        service.approve(session, change_id, by=actor(), now=now())
    return _done(contact_id, _("The change was approved. The new number counts in 24 hours."))


@bp.post("/<uuid:contact_id>/<uuid:change_id>/refuse")
@allow(Role.COORDINATOR, Role.CONTACT)
def refuse(contact_id: uuid.UUID, change_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse a change before it counts."""
    with wired().db.transaction() as session:
        service.refuse(session, change_id, by=actor(), now=now())
    return _done(contact_id, _("The change was refused. The present number stays."))


def _page(contact_id: uuid.UUID, form: ChangeForm) -> ResponseReturnValue:
    with wired().db.reading() as session:
        contact = service.visible_contact(session, contact_id, by=actor())
        change = queries.open_change(session, contact.id)
        page = render_template(
            "telephones/show.html",
            contact=contact,
            change=change,
            form=form,
            may_approve=signed_in().role is Role.COORDINATOR
            and change is not None
            and change.proposed_by != signed_in().account_id,
        )
    return page, status_of(form)


def _done(contact_id: uuid.UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("telephones.show", contact_id=contact_id), HTTPStatus.SEE_OTHER)
