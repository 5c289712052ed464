"""The forms with which a body passes a notice on."""

import uuid
from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import InputRequired

from feeds.dissemination.service import MOST_AT_ONCE
from sectors.bodies.models import MemberOperator
from sectors.certificates.forms import UploadForm


class MembersForm(FlaskForm):
    """The members that are to get a package; `prepare` it before use."""

    members = SelectMultipleField(_l("Members to whom you pass the notice on"))

    def prepare(self, eligible: Iterable[MemberOperator]) -> "MembersForm":
        """Tell the form who may be given the notice."""
        self.members.choices = [(str(each.id), each.name) for each in eligible]
        return self

    def validate_members(self, field: SelectMultipleField) -> None:
        """Ask for one member at least, and for no more than are made at a time."""
        if not field.data:
            field.errors = [*field.errors, _("Choose at least one member")]
        elif len(field.data) > MOST_AT_ONCE:
            field.errors = [*field.errors, _("Choose at most 1000 members at a time")]

    def value(self) -> frozenset[uuid.UUID]:
        """Return who was chosen; call only after validation."""
        return frozenset(uuid.UUID(each) for each in self.members.data or [])


class MemberCertificateForm(UploadForm):
    """A member's certificate, and that its fingerprint was compared."""

    compared = BooleanField(
        _l("We have compared the fingerprint with the member by telephone or in person"),
        [InputRequired(_l("Compare the fingerprint with the member first"))],
    )


class SureForm(FlaskForm):
    """No more than the token."""
