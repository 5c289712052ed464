"""Signing in and out, and setting up an account from its invitation."""

import re
import uuid
from http import HTTPStatus

import segno
from flask import Blueprint, Flask, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, current_user
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from hub.accounts import passwords, queries, second_factor, service
from hub.accounts.models import SignIn
from hub.accounts.passkeys.models import Purpose
from hub.core.audit import Actor
from hub.core.errors import InputError, NotAllowedError
from hub.web.access import anyone
from hub.web.forms import show_problems, status_of
from hub.web.proof import SecondFactor
from hub.web.wiring import Person, actor, now, signed_in, wired

bp = Blueprint("login", __name__)
COOKIE_VALUE = "_user_id"  # Flask-Login's own name: here the secret of the session row
PENDING = "pending"
OWN_PAGE = re.compile(
    r"/(?![/\\])[^\s\\]*"
)  # browsers read a backslash as a slash and drop tabs and line ends


class PasswordForm(FlaskForm):
    """First step of signing in."""

    email = EmailField(_l("Mail address"), [InputRequired(_l("Enter your mail address")), Length(max=254)])
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Enter your password")), Length(max=passwords.LONGEST)]
    )


class SetUpForm(FlaskForm):
    """What an invited person sets."""

    code = StringField(
        _l("Six-digit code"),
        [InputRequired(_l("Enter the code that your authenticator shows")), Length(max=12)],
    )
    password = PasswordField(_l("New password"), [InputRequired(_l("Enter a password"))])
    repeated = PasswordField(
        _l("New password again"), [EqualTo("password", _l("The two passwords are not the same"))]
    )


def install_login(app: Flask) -> None:
    """Load the signed-in person from the session row at each request; no remember-me cookie."""
    manager = LoginManager()
    manager.init_app(app)
    manager.user_loader(_load)
    app.register_blueprint(bp)


def _load(token: str) -> Person | None:
    hub, instant = wired(), now()
    if "fault" in g:
        return None  # the page that tells of a fault needs no database, which may be what failed
    with hub.db.reading() as db:
        row = queries.live_sign_in(db, token, key=hub.token_key, now=instant)
    if row is None:
        return None
    if instant - row.seen_at > service.SEEN_EVERY:
        with hub.db.transaction() as db:
            service.seen(db, row.id, now=instant)
    return _person(row)


def _person(row: SignIn) -> Person:
    account = row.account
    return Person(
        sign_in_id=row.id,
        account_id=account.id,
        organisation_id=account.organisation_id,
        role=account.role,
        name=account.name,
        email=account.email,
        organisation_name=account.organisation.name,
        verified_at=row.verified_at,
    )


@bp.route("/sign-in", methods=["GET", "POST"])
@anyone
def sign_in() -> ResponseReturnValue:
    """Ask for the mail address and the password."""
    form = PasswordForm()
    if form.validate_on_submit():
        account_id = _checked_password(form)
        if account_id is not None:
            session[PENDING] = {"account": str(account_id), "until": now().timestamp() + 300}
            return redirect(url_for("login.code", next=request.args.get("next")), HTTPStatus.SEE_OTHER)
    return render_template("login/sign_in.html", form=form), status_of(form)


def _checked_password(form: PasswordForm) -> uuid.UUID | None:
    hub = wired()
    try:
        with hub.db.transaction() as db:
            account_id = service.check_password(
                db,
                email=form.email.data or "",
                password=form.password.data or "",
                address=request.remote_addr,
                now=now(),
            )
    except NotAllowedError as refused:
        form.form_errors.append(_(str(refused)))
        return None
    if account_id is None:
        form.form_errors.append(_("The mail address or the password is not right"))
    return account_id


@bp.route("/sign-in/code", methods=["GET", "POST"])
@anyone
def code() -> ResponseReturnValue:
    """Ask for the second factor, and begin the session."""
    account_id = _pending()
    if account_id is None:
        return redirect(url_for("login.sign_in"), HTTPStatus.SEE_OTHER)
    proof = SecondFactor(account_id, Purpose.SIGN_IN)
    return _begin(account_id) if proof.given() else proof.page("login/code.html")


def _pending() -> uuid.UUID | None:
    waiting = session.get(PENDING)
    if not waiting or waiting["until"] < now().timestamp():
        return None
    return uuid.UUID(waiting["account"])


def _begin(account_id: uuid.UUID) -> ResponseReturnValue:
    hub = wired()
    with hub.db.transaction() as db:
        account = queries.account(db, account_id)
        by = Actor(
            account_id=account.id, organisation_id=account.organisation_id, address=request.remote_addr
        )
        token = service.sign_in(db, account, key=hub.token_key, by=by, now=now())
    language = session.get("language")
    session.clear()  # nothing of before signing in lives on (ASVS 3.2.1)
    if language:
        session["language"] = language
    session[COOKIE_VALUE] = token
    return redirect(own_page(request.args.get("next")), HTTPStatus.SEE_OTHER)


def own_page(wanted: str | None) -> str:
    """Return the wanted path if it is one of ours, else the first page (no open redirect)."""
    if wanted and OWN_PAGE.fullmatch(wanted) and wanted.isprintable():
        return wanted
    return url_for("home.first")


@bp.post("/sign-out")
@anyone
def sign_out() -> ResponseReturnValue:
    """End the session, for every copy of its cookie."""
    if current_user.is_authenticated:
        with wired().db.transaction() as db:
            service.sign_out(db, signed_in().sign_in_id, by=actor(), now=now())
    session.clear()
    return redirect(url_for("home.first"), HTTPStatus.SEE_OTHER)


@bp.route("/set-up/<token>", methods=["GET", "POST"])
@anyone
def set_up(token: str) -> ResponseReturnValue:
    """Let an invited person set the password and the second factor."""
    hub = wired()
    with hub.db.transaction() as db:
        invitation = queries.open_invitation(db, token, key=hub.token_key, now=now())
        account = queries.account(db, invitation.account_id)
        email, name = account.email, account.name
    form = SetUpForm()
    if form.validate_on_submit():
        account_id = _use_invitation(form, token)
        if account_id is not None:
            return _begin(account_id)
    secret = second_factor.secret_for(token, key=hub.token_key)
    qr = segno.make(second_factor.address(secret, email=email)).png_data_uri(scale=5)
    page = render_template("login/set_up.html", form=form, email=email, name=name, secret=secret, qr=qr)
    return page, status_of(form)


def _use_invitation(form: SetUpForm, token: str) -> uuid.UUID | None:
    hub = wired()
    try:
        with hub.db.transaction() as db:
            return service.set_up(
                db,
                token,
                password=form.password.data or "",
                code=form.code.data or "",
                key=hub.token_key,
                vault=hub.vault,
                by=actor(),
                now=now(),
            ).id
    except InputError as refused:
        show_problems(form, refused.problems)
        return None
