"""One's own password: changed by who knows the present one and has just proved the second factor."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from hub.accounts import passwords, queries, service
from hub.accounts.changing import change_password
from hub.accounts.models import Role
from hub.core.errors import InputError, NotAllowedError
from hub.web.access import allow, fresh
from hub.web.forms import status_of
from hub.web.login import COOKIE_VALUE
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("password", __name__, url_prefix="/account/password")


class PasswordForm(FlaskForm):
    """The present password and the new one."""

    present = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Enter your password")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter a password"))],
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        _l("New password again"),
        [EqualTo("password", _l("The two passwords are not the same"))],
        render_kw={"autocomplete": "new-password"},
    )


@bp.route("", methods=["GET", "POST"])
@allow(*Role)
@fresh
def change() -> ResponseReturnValue:
    """Set another password; every other session ends."""
    form = PasswordForm()
    if form.validate_on_submit() and (token := _changed(form)) is not None:
        session[COOKIE_VALUE] = token
        flash(
            _("The password is changed, and your other sessions are ended. A mail tells you so, too."),
            "success",
        )
        return redirect(url_for("account.show"), HTTPStatus.SEE_OTHER)
    status = status_of(form)
    return render_template("account/password.html", form=form), status


def _changed(form: PasswordForm) -> str | None:
    """Return the secret of a new session, or None and the reason in the form."""
    hub = wired()
    try:
        with hub.db.transaction() as db:
            account = queries.account(db, signed_in().account_id)
            typed = {"present": form.present.data or "", "wanted": form.password.data or ""}
            if change_password(db, account, **typed, by=actor(), now=now()):
                return service.sign_in(db, account, key=hub.token_key, by=actor(), now=now())
    except NotAllowedError as refused:
        form.form_errors.append(_(str(refused)))
        return None
    except InputError as refused:
        form.password.errors = [_(said) for said in refused.problems.values()]
        return None
    form.present.errors = [_("This is not your present password")]
    return None
