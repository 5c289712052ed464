"""One's own passkeys: listed, added with a name, removed."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.accounts.passkeys import queries, service
from hub.accounts.passkeys.models import LONGEST_NAME
from hub.core.errors import ConflictError, NotAllowedError
from hub.web.access import allow, fresh
from hub.web.forms import status_of
from hub.web.wiring import actor, now, signed_in, site, wired

bp = Blueprint("passkeys", __name__, url_prefix="/account/passkeys")


class AddForm(FlaskForm):
    """A name, and what the browser fills in."""

    name = StringField(
        _l("Name of the passkey"),
        [InputRequired(_l("Enter a name for the passkey")), Length(max=LONGEST_NAME)],
    )
    answer = HiddenField()


@bp.get("")
@allow(*Role)
def listed() -> ResponseReturnValue:
    """List the passkeys."""
    with wired().db.reading() as session:
        rows = queries.passkeys_of(session, signed_in().account_id)
    return render_template("account/passkeys.html", rows=rows)


@bp.route("/add", methods=["GET", "POST"])
@allow(*Role)
@fresh
def add() -> ResponseReturnValue:
    """Let the browser make a passkey, and keep it."""
    form = AddForm()
    if form.validate_on_submit() and _added(form):
        flash(_("The passkey is registered. A mail tells you so, too."), "success")
        return redirect(url_for("passkeys.listed"), HTTPStatus.SEE_OTHER)
    with wired().db.transaction() as session:
        account = accounts.account(session, signed_in().account_id)
        options = service.creation_options(session, account, site=site(), now=now())
    status = status_of(form)
    return render_template("account/add_passkey.html", form=form, options=options), status


def _added(form: AddForm) -> bool:
    if not form.answer.data:
        form.form_errors.append(_("Your browser sent no passkey. Passkeys need JavaScript."))
        return False
    try:
        with wired().db.transaction() as session:
            service.register(
                session,
                accounts.account(session, signed_in().account_id),
                form.answer.data,
                name=form.name.data or "",
                site=site(),
                by=actor(),
                now=now(),
            )
    except (NotAllowedError, ConflictError) as refused:
        form.form_errors.append(_(str(refused)))
        return False
    return True


@bp.route("/<uuid:passkey_id>/remove", methods=["GET", "POST"])
@allow(*Role)
@fresh
def remove(passkey_id: uuid.UUID) -> ResponseReturnValue:
    """Ask once more, then remove a passkey."""
    form = FlaskForm()
    with wired().db.transaction() as session:
        passkey = queries.own_passkey(session, passkey_id, account_id=signed_in().account_id)
        if not form.validate_on_submit():
            return render_template("account/remove_passkey.html", passkey=passkey)
        service.remove(session, passkey_id, by=actor(), now=now())
    flash(_("The passkey is removed and works no more."), "success")
    return redirect(url_for("passkeys.listed"), HTTPStatus.SEE_OTHER)
