"""The administrator's page: who has an account, inviting staff, disabling an account."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField
from wtforms.validators import Email, InputRequired, Length

from hub.accounts import queries, service
from hub.accounts.models import OrganisationKind, Role
from hub.core.errors import ConflictError, NotAllowedError
from hub.web.access import allow, fresh
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("accounts", __name__, template_folder="templates", url_prefix="/accounts")

HOUSES = {
    Role.REVIEWER: OrganisationKind.IPA,
    Role.COORDINATOR: OrganisationKind.JPCERT,
    Role.AUDITOR: OrganisationKind.JPCERT,
    Role.ADMINISTRATOR: OrganisationKind.JPCERT,
}
ROLES = {
    Role.REVIEWER: _l("Reviewer (IPA)"),
    Role.COORDINATOR: _l("Coordinator (JPCERT/CC)"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


SHOWN = {**ROLES, Role.APPLICANT: _l("Applicant"), Role.CONTACT: _l("Point of contact")}


class StaffForm(FlaskForm):
    """A new member of staff."""

    email = EmailField(
        _l("Mail address"),
        [InputRequired(_l("Enter a mail address")), Email(_l("This is not a mail address")), Length(max=254)],
    )
    name = StringField(_l("Full name"), [InputRequired(_l("Enter the name")), Length(max=100)])
    role = SelectField(_l("Role"))

    def __init__(self) -> None:
        super().__init__()
        self.role.choices = [(role.value, text) for role, text in ROLES.items()]


@bp.get("")
@allow(Role.ADMINISTRATOR)
def listed() -> ResponseReturnValue:
    """List every account."""
    return _page(StaffForm())


@bp.post("")
@allow(Role.ADMINISTRATOR)
@fresh
def invite() -> ResponseReturnValue:
    """Open an account for a member of staff; the invitation goes by mail."""
    form = StaffForm()
    if not form.validate_on_submit() or not _opened(form):
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The invitation is on its way."), "success")
    return redirect(url_for("accounts.listed"), HTTPStatus.SEE_OTHER)


@bp.post("/<uuid:account_id>/disable")
@allow(Role.ADMINISTRATOR)
@fresh
def disable(account_id: uuid.UUID) -> ResponseReturnValue:
    """Disable an account; its sessions end at once."""
    if account_id == signed_in().account_id:
        raise NotAllowedError("You cannot disable your own account")
    with wired().db.transaction() as session:
        service.disable(session, account_id, by=actor(), now=now())
    flash(_("The account is disabled."), "success")
    return redirect(url_for("accounts.listed"), HTTPStatus.SEE_OTHER)


def _opened(form: StaffForm) -> bool:
    role = Role(form.role.data)
    try:
        with wired().db.transaction() as session:
            house = queries.organisation(session, HOUSES[role])
            service.open_account(
                session,
                organisation_id=house.id,
                email=form.email.data or "",
                name=form.name.data or "",
                role=role,
                by=actor(),
                now=now(),
            )
    except ConflictError as refused:
        form.email.errors = [_(str(refused))]
        return False
    return True


def _page(form: StaffForm) -> str:
    with wired().db.reading() as session:
        accounts = queries.accounts(session)
    return render_template("home/accounts.html", form=form, accounts=accounts, roles=SHOWN)
