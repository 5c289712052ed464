"""Forms: the receipt code of a drill or a notice; who takes part in a drill and for how long; a waiver."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

MOST_HOURS = 336


class ReceiptForm(FlaskForm):
    """The receipt code that stands inside the encrypted mail and the sealed copy."""

    code = StringField(
        _l("Receipt code"),
        [
            InputRequired(_l("Enter the receipt code that stands in the decrypted notice")),
            Length(max=40, message=_l("This is not a receipt code")),
        ],
    )


class DrillForm(FlaskForm):
    """The bodies that take part, and the hours that they have."""

    bodies = SelectMultipleField(_l("Bodies"), [InputRequired(_l("Choose the bodies that take part"))])
    hours = IntegerField(
        _l("Hours until the deadline"),
        [
            InputRequired(_l("Enter 1 to 336 hours")),
            NumberRange(min=1, max=MOST_HOURS, message=_l("Enter 1 to 336 hours")),
        ],
        default=24,
    )

    def value(self) -> tuple[set[uuid.UUID], int]:
        """Return the bodies and the hours; call only after validate()."""
        return {uuid.UUID(each) for each in self.bodies.data or []}, self.hours.data or 0


class WaiverForm(FlaskForm):
    """Why a body need pass no drill."""

    waiver = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Enter the reason; it is recorded")),
            Length(max=500, message=_l("Use at most 500 characters")),
        ],
    )
