"""The form with which a contact says to have understood the pack."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired


class ReadForm(FlaskForm):
    """The version that was on the page, and that it is understood."""

    version = HiddenField()
    understood = BooleanField(
        _l("I have read and understood this explanatory pack"),
        [InputRequired(_l("Confirm that you have read and understood the pack"))],
    )
