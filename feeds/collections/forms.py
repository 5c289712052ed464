"""The form for a new TAXII client."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class ClientForm(FlaskForm):
    """What a body calls its tool."""

    name = StringField(
        _l("Name of the tool"),
        [
            InputRequired(_l("Enter a name for the tool")),
            Length(max=100, message=_l("Use at most 100 characters")),
        ],
    )
