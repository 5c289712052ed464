"""The choice of the contact whose certificate a body's tools decrypt with."""

import uuid
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, ValidationError


class ReceivingForm(FlaskForm):
    """Which contact receives for the tools; `prepare` it before use."""

    contact = RadioField(
        _l("Contact whose certificate your tools decrypt with"),
        [InputRequired(_l("Choose one of your contacts"))],
        choices=[],
        validate_choice=False,
    )

    def prepare(self, contacts: Mapping[uuid.UUID, str]) -> "ReceivingForm":
        """Tell the form the body's contacts."""
        self.contact.choices = [SelectChoice(str(each), name) for each, name in contacts.items()]
        self.known = contacts
        return self

    def validate_contact(self, field: RadioField) -> None:
        """Refuse another body's contact.

        Raises:
            ValidationError: it is none of the list.

        """
        if field.data not in {str(each) for each in self.known}:
            raise ValidationError(_("Choose one of your contacts"))

    def value(self) -> uuid.UUID:
        """Return the chosen contact; call only after validation."""
        return uuid.UUID(self.contact.data)


class MailForm(FlaskForm):
    """Which contacts cannot open PGP/MIME; `prepare` it before use. None chosen is a choice too."""

    as_attachment = SelectMultipleField(
        _l("Send the encrypted mail as an attached file to"), choices=[], validate_choice=False
    )

    def prepare(self, contacts: Mapping[uuid.UUID, str]) -> "MailForm":
        """Tell the form the body's contacts."""
        self.as_attachment.choices = [SelectChoice(str(each), name) for each, name in contacts.items()]
        self.known = contacts
        return self

    def value(self) -> frozenset[uuid.UUID]:
        """Return the chosen contacts of the body; anybody else is none of its business."""
        chosen = set(self.as_attachment.data or [])
        return frozenset(each for each in self.known if str(each) in chosen)
