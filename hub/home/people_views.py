"""The administrator's pages: who has an account; inviting staff, another role, a way back in; disabling."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, SelectField, StringField
from wtforms.validators import Email, InputRequired, Length

from hub.accounts import queries, service
from hub.accounts.models import HOUSES, Account, Role
from hub.accounts.staff import queries as staff_queries
from hub.accounts.staff import service as staff
from hub.core.errors import ConflictError, NotAllowedError
from hub.web.access import allow, fresh
from hub.web.forms import status_of
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("accounts", __name__, template_folder="templates", url_prefix="/accounts")

ROLES = {
    Role.REVIEWER: _l("Reviewer (IPA)"),
    Role.COORDINATOR: _l("Coordinator (JPCERT/CC)"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


RETURN = "return"
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


class ChangeForm(FlaskForm):
    """What is to happen to an account."""

    what = RadioField(_l("What is to change"), [InputRequired(_l("Choose what is to change"))])

    def __init__(self, account: Account) -> None:
        super().__init__()
        house = HOUSES.get(account.role)
        others = [role for role in HOUSES if HOUSES[role] is house and role is not account.role]
        again = _(
            "Set up anew: the person lost the password or the second factor, or the invitation has ended"
        )
        self.what.choices = [(RETURN, again)]
        self.what.choices += [(role.value, _("Another role: %(role)s", role=SHOWN[role])) for role in others]


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
    if not form.validate_on_submit() or (told := _invited(form)) is None:
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _done(told)


@bp.route("/<uuid:account_id>/change", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
@fresh
def change(account_id: uuid.UUID) -> ResponseReturnValue:
    """Propose another role for an account, or that its person sets it up anew."""
    with wired().db.reading() as session:
        account = queries.account(session, account_id)
    form = ChangeForm(account)
    if form.validate_on_submit():
        return _done(_proposed(account_id, form.what.data))
    status = status_of(form)
    return render_template("home/account_change.html", form=form, account=account, roles=SHOWN), status


@bp.post("/<uuid:account_id>/disable")
@allow(Role.ADMINISTRATOR)
@fresh
def disable(account_id: uuid.UUID) -> ResponseReturnValue:
    """Disable an account; its sessions end at once."""
    if account_id == signed_in().account_id:
        raise NotAllowedError("You cannot disable your own account")
    with wired().db.transaction() as session:
        service.disable(session, account_id, by=actor(), now=now())
    return _done(_("The account is disabled."))


def _done(told: str) -> ResponseReturnValue:
    flash(told, "success")
    return redirect(url_for("accounts.listed"), HTTPStatus.SEE_OTHER)


def _invited(form: StaffForm) -> str | None:
    """Return what became of it, or None and the reason in the form."""
    try:
        with wired().db.transaction() as session:
            opened = staff.invite(
                session,
                email=form.email.data or "",
                name=form.name.data or "",
                role=Role(form.role.data),
                by=actor(),
                now=now(),
            )
    except ConflictError as refused:
        form.email.errors = [_(str(refused))]
        return None
    return str(_("The invitation is on its way.")) if opened else _waits()


def _proposed(account_id: uuid.UUID, what: str) -> str:
    with wired().db.transaction() as session:
        if what != RETURN:
            staff.propose_role(session, account_id, Role(what), by=actor(), now=now())
        elif staff.propose_return(session, account_id, by=actor(), now=now()):
            return str(_("The invitation is on its way."))
    return _waits()


def _waits() -> str:
    return str(_("This waits for the approval of another person. All staff are told by mail."))


def _page(form: StaffForm) -> str:
    with wired().db.reading() as session:
        accounts = queries.accounts(session)
        waiting = len(staff_queries.waiting(session))
    return render_template("home/accounts.html", form=form, accounts=accounts, roles=SHOWN, waiting=waiting)
