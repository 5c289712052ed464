"""The form with which a contact proves that a notice was opened."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class ReceiptForm(FlaskForm):
    """The receipt code that stands inside the encrypted mail and the sealed copy."""

    code = StringField(
        _l("Receipt code"),
        [
            InputRequired(_l("Enter the receipt code that stands in the decrypted notice")),
            Length(max=40, message=_l("This is not a receipt code")),
        ],
    )
