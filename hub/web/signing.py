"""A page on which a person signs what it shows with a passkey: the form's part, and the question."""

from flask_wtf import FlaskForm
from sqlalchemy import orm
from wtforms import HiddenField

from hub.accounts.passkeys import ceremony, queries
from hub.accounts.passkeys.assertion import Assertion
from hub.accounts.passkeys.signature import Signature
from hub.web.wiring import signed_in, site


class SignForm(FlaskForm):
    """What the browser fills in when a passkey has signed."""

    answer = HiddenField()

    def signature(self) -> Signature:
        """Return what the passkey answered.

        Raises:
            AssertionRefusedError: that is no answer of a passkey.

        """
        return Signature(assertion=Assertion.from_json(self.answer.data or ""), site=site())


def question(session: orm.Session, challenge: bytes) -> str | None:
    """Return what the browser is asked (ui.passkey_button), or None if the person has no passkey yet."""
    mine = [each.credential_id for each in queries.passkeys_of(session, signed_in().account_id)]
    return ceremony.request_options(challenge, mine, site=site()) if mine else None
