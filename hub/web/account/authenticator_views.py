"""One's own authenticator: another one takes its place when a code of it was typed."""

from http import HTTPStatus

import segno
from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from hub.accounts import queries, second_factor, service
from hub.accounts.changing import change_authenticator, next_secret
from hub.accounts.models import Role
from hub.core.errors import InputError
from hub.web.access import allow, fresh
from hub.web.forms import show_problems, status_of
from hub.web.login import COOKIE_VALUE
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("authenticator", __name__, url_prefix="/account/authenticator")


class AuthenticatorForm(FlaskForm):
    """A code of the new authenticator."""

    code = StringField(
        _l("Six-digit code"),
        [InputRequired(_l("Enter the code that your authenticator shows")), Length(max=12)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


@bp.route("", methods=["GET", "POST"])
@allow(*Role)
@fresh
def change() -> ResponseReturnValue:
    """Take another authenticator; every other session ends."""
    form = AuthenticatorForm()
    if form.validate_on_submit() and (token := _changed(form)) is not None:
        session[COOKIE_VALUE] = token
        flash(
            _("The new authenticator is in use, and your other sessions are ended. Delete the old entry."),
            "success",
        )
        return redirect(url_for("account.show"), HTTPStatus.SEE_OTHER)
    hub, person = wired(), signed_in()
    with hub.db.reading() as db:
        secret = next_secret(queries.account(db, person.account_id), person.sign_in_id, key=hub.token_key)
    qr = segno.make(second_factor.address(secret, email=person.email)).png_data_uri(scale=5)
    return render_template("account/authenticator.html", form=form, secret=secret, qr=qr), status_of(form)


def _changed(form: AuthenticatorForm) -> str | None:
    """Return the secret of a new session, or None and the reason in the form."""
    hub, person = wired(), signed_in()
    try:
        with hub.db.transaction() as db:
            account = queries.account(db, person.account_id)
            change_authenticator(
                db,
                account,
                person.sign_in_id,
                form.code.data or "",
                key=hub.token_key,
                vault=hub.vault,
                by=actor(),
                now=now(),
            )
            return service.sign_in(db, account, key=hub.token_key, by=actor(), now=now())
    except InputError as refused:
        show_problems(form, refused.problems)
        return None
