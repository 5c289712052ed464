"""The forms around the worker's pinned passkeys."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired

from hub.web.signing import SignForm


class VouchForm(SignForm):
    """A person's word for a change, signed."""

    compared = BooleanField(
        _l("I called this person and compared the fingerprint, and I sign this change"),
        [InputRequired(_l("Confirm this to go on"))],
    )
