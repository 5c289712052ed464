"""The form for a contact's new telephone number."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TelField
from wtforms.validators import InputRequired, Regexp

from sectors.applications.form_parts import TELEPHONE, half_width


class ChangeForm(FlaskForm):
    """The new number."""

    number = TelField(
        _l("New telephone number"),
        [
            InputRequired(_l("Enter the contact's telephone number")),
            Regexp(TELEPHONE, message=_l("Enter a telephone number such as 03-1234-5678")),
        ],
        [half_width],
    )
