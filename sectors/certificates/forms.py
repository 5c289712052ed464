"""The forms around a contact's certificate."""

from contextlib import closing

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from hub.web.signing import SignForm

LARGEST = 64 * 1024  # bytes; the gate refuses what is larger


class UploadForm(FlaskForm):
    """A public key, as a file or as pasted text."""

    file = FileField(_l("File with your public key"), render_kw={"accept": ".asc,.gpg,.pgp,.txt"})
    armour = TextAreaField(_l("Or paste the public key here"), render_kw={"rows": 8, "spellcheck": "false"})

    def blob(self) -> bytes | None:
        """Return what was handed in, or None after naming the problem at the field."""
        chosen = self.file.data
        if isinstance(chosen, FileStorage) and chosen.filename:
            with closing(chosen):
                return bytes(chosen.read(LARGEST + 1))
        typed = (self.armour.data or "").strip()
        if typed:
            return typed.encode()
        self.file.errors = [_("Choose a file or paste your public key")]
        return None

    def refuse(self, sentence: str) -> None:
        """Put the gate's sentence beside what was handed in; a secret key is not shown again."""
        chosen = isinstance(self.file.data, FileStorage) and self.file.data.filename
        (self.file if chosen else self.armour).errors = [sentence]
        if "PRIVATE" in (self.armour.data or ""):
            self.armour.data = ""


class AnswerForm(FlaskForm):
    """The challenge that the holder of the secret key has read in the encrypted mail."""

    challenge = StringField(
        _l("Characters from the encrypted mail"),
        [InputRequired(_l("Type the characters from the encrypted mail")), Length(max=200)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class RevokeForm(FlaskForm):
    """The confirmation that a certificate is given up for good."""

    sure = BooleanField(
        _l("I know that this certificate cannot be used again"),
        [InputRequired(_l("Confirm that the certificate is given up for good"))],
    )


class ConfirmForm(SignForm):
    """The comparison over the telephone, signed."""

    compared = BooleanField(
        _l("I called the number above and compared the whole fingerprint with the contact"),
        [InputRequired(_l("Confirm that you compared the fingerprint by telephone"))],
    )
