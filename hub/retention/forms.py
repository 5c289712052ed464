"""Why a record is held."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from hub.retention.service import LONGEST_REASON


class HoldForm(FlaskForm):
    """The reason, which everybody reads who sees the list."""

    reason = TextAreaField(
        _l("Why it must not be destroyed"),
        [
            InputRequired(_l("Enter why it must not be destroyed")),
            Length(max=LONGEST_REASON, message=_l("Use at most 500 characters")),
        ],
    )
