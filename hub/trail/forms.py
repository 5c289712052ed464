"""What the auditor narrows the log down to; read from the address, so that a view can be kept as a link."""

import uuid
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from hub.trail.queries import Filters

LONGEST_ACTION, LONGEST_MAIL = 64, 254


class LogForm(FlaskForm):
    """Filters; an empty field narrows nothing down."""

    class Meta:
        """A form that is sent by GET changes nothing and needs no token."""

        csrf = False

    who = StringField(_l("Mail address of who acted, or its beginning"))
    action = StringField(_l("Action begins with"))
    subject = StringField(_l("Number of the object (UUID)"))
    body = SelectField(_l("Body"), validate_choice=False)
    since = DateField(_l("From day"), [Optional()])
    until = DateField(_l("Until"), [Optional()])

    def prepare(self, bodies: Mapping[uuid.UUID, str]) -> "LogForm":
        """Offer these bodies, by their organisation."""
        self.body.choices = [("", _l("All")), *((str(each), name) for each, name in bodies.items())]
        self._bodies = {str(each): each for each in bodies}
        return self

    def validate_subject(self, field: StringField) -> None:
        """Refuse what is no id.

        Raises:
            ValidationError: it is none.

        """
        if (field.data or "").strip() and _id(field.data) is None:
            raise ValidationError(_("Enter the whole number of the object, as it stands in the list"))

    def validate_until(self, field: DateField) -> None:
        """Refuse days that end before they begin.

        Raises:
            ValidationError: they do.

        """
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_("The last day must not be before the first"))

    def value(self) -> Filters:
        """Return what is to be seen."""
        return Filters(
            who=(self.who.data or "").strip()[:LONGEST_MAIL],
            action=(self.action.data or "").strip()[:LONGEST_ACTION],
            subject=_id(self.subject.data),
            body=self._bodies.get(self.body.data or ""),
            since=self.since.data,
            until=self.until.data,
        )


def _id(typed: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID((typed or "").strip())
    except ValueError:
        return None
