"""The second factor, as a page asks for it: a passkey, the authenticator's code, or a recovery code."""

import uuid
from http import HTTPStatus

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from hub.accounts import service
from hub.accounts.passkeys import service as passkeys
from hub.accounts.passkeys.models import Purpose
from hub.accounts.recovery import service as recovery
from hub.core.errors import NotAllowedError
from hub.web.wiring import actor, now, site, wired

LONGEST_CODE = 8  # characters of an authenticator's code; a recovery code is longer


class CodeForm(FlaskForm):
    """What a person types."""

    code = StringField(
        _l("Six-digit code or recovery code"),
        [InputRequired(_l("Enter the code that your authenticator shows")), Length(max=40)],
    )


class PasskeyForm(FlaskForm):
    """What the browser fills in."""

    answer = HiddenField(
        validators=[InputRequired(_l("Your browser sent no passkey. Passkeys need JavaScript."))]
    )


class SecondFactor:
    """One question for the second factor of an account: the two forms, and whether one was right."""

    def __init__(self, account_id: uuid.UUID, purpose: Purpose) -> None:
        self.account_id = account_id
        self.purpose = purpose
        self.by_code = CodeForm()
        self.by_passkey = PasskeyForm()

    def given(self) -> bool:
        """Tell whether what was sent proves the person; if not, the forms say why."""
        if not self.by_code.is_submitted():
            return False
        return self._by_passkey() if self.by_passkey.answer.name in request.form else self._by_code()

    def page(self, template: str) -> ResponseReturnValue:
        """Return the page that asks, with a new challenge if the account has a passkey."""
        hub = wired()
        with hub.db.transaction() as db:
            options = passkeys.request_options(db, self.account_id, self.purpose, site=site(), now=now())
        refused = any(form.errors or form.form_errors for form in (self.by_code, self.by_passkey))
        status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
        return render_template(template, proof=self, options=options), status

    def _by_passkey(self) -> bool:
        form = self.by_passkey
        if not form.validate():
            return False
        try:
            with wired().db.transaction() as db:
                right = passkeys.prove(
                    db,
                    self.account_id,
                    form.answer.data or "",
                    purpose=self.purpose,
                    site=site(),
                    by=actor(),
                    now=now(),
                )
        except NotAllowedError as refused:
            form.form_errors.append(_(str(refused)))
            return False
        if not right:
            form.form_errors.append(_("The passkey did not prove who you are. Try again"))
        return right

    def _by_code(self) -> bool:
        form = self.by_code
        if not form.validate():
            return False
        try:
            right = self._right_code("".join((form.code.data or "").split()))
        except NotAllowedError as refused:
            form.form_errors.append(_(str(refused)))
            return False
        if not right:
            form.code.errors = [_("This code is not right or was used already. Wait for the next one")]
        return right

    def _right_code(self, code: str) -> bool:
        hub, by = wired(), actor()
        with hub.db.transaction() as db:
            if len(code) > LONGEST_CODE:
                return recovery.use_code(db, self.account_id, code, key=hub.token_key, by=by, now=now())
            return service.check_code(
                db, self.account_id, code=code, vault=hub.vault, address=by.address, now=now()
            )
