"""The forms with which a body looks after itself."""

import uuid
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FormField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Optional, ValidationError

from sectors.applications.form_parts import (
    MeasureForm,
    SeatFields,
    at_most,
    contact_mail_field,
    contact_name_field,
    contact_telephone_field,
    corporate_number_field,
    department_field,
    filled,
    name_parts,
    offered,
    plain,
)
from sectors.applications.sentences import CONTACTS, SHORT_REQUIREMENTS
from sectors.bodies.corporate_number import normalised
from sectors.bodies.details import ContactDetails, OperatorDetails
from sectors.bodies.models import ContactKind
from sectors.requirements.measures import Measure
from sectors.requirements.models import Requirement
from sectors.upkeep.service import Standing

A_WINDOW = _l("Choose the window")
YES, NO = "yes", "no"


class NewContactForm(FlaskForm):
    """A further point of contact."""

    kind = RadioField(_l("Window"), [InputRequired(A_WINDOW)], choices=offered(CONTACTS))
    name = contact_name_field()
    department = department_field()
    email = contact_mail_field()
    telephone = contact_telephone_field()

    def value(self) -> ContactDetails:
        """Return the contact; call only after validation."""
        return ContactDetails(
            kind=ContactKind(self.kind.data),
            name=self.name.data or "",
            department=self.department.data or "",
            email=(self.email.data or "").lower(),
            telephone=self.telephone.data or "",
        )


class WindowForm(FlaskForm):
    """Another window for a contact."""

    kind = RadioField(_l("Window"), [InputRequired(A_WINDOW)], choices=offered(CONTACTS))


class LeftForm(FlaskForm):
    """That a contact has left; `prepare` it before use."""

    successor = RadioField(_l("Who becomes the main point of contact"), choices=[], validate_choice=False)
    sure = BooleanField(
        _l("I have understood that the account and the certificates of this person end at once"),
        [InputRequired(_l("Confirm that the account and the certificates end at once"))],
    )

    def prepare(self, others: Mapping[uuid.UUID, str], *, is_main: bool) -> "LeftForm":
        """Tell the form who else is there; only a main contact needs a successor."""
        self.asks = is_main and bool(others)
        self.successor.choices = [SelectChoice(str(each), name) for each, name in others.items()]
        self.successor.flags.required = self.asks
        self.others = others
        return self

    def validate_successor(self, field: RadioField) -> None:
        """Ask who takes the place of the main contact.

        Raises:
            ValidationError: nobody of the list does.

        """
        if self.asks and field.data not in {str(each) for each in self.others}:
            raise ValidationError(_("Choose who becomes the main point of contact"))

    def value(self) -> uuid.UUID | None:
        """Return the successor, where one is asked for; call only after validation."""
        return uuid.UUID(self.successor.data) if self.asks else None


class AttestForm(FlaskForm):
    """How each of the three requirements is met now."""

    operator = FormField(MeasureForm)
    contractor = FormField(MeasureForm)
    purpose = FormField(MeasureForm)
    sure = BooleanField(
        _l("I attest for our body that all three requirements are met"),
        [InputRequired(_l("Confirm that all three requirements are met"))],
    )

    def check(self) -> bool:
        """Check everything at once; each sentence begins with the requirement it is about."""
        good = bool(self.validate())
        name_parts(self, {each.value: SHORT_REQUIREMENTS[each] for each in Requirement})
        return good

    def value(self) -> tuple[Measure, ...]:
        """Return the statements; call only after validation."""
        return tuple(self[each.value].form.value(each) for each in Requirement)


class MemberForm(FlaskForm):
    """A member's standing: critical or not, and its memorandum."""

    critical = RadioField(
        _l("Is it a critical-infrastructure operator?"),
        [InputRequired(_l("Choose whether it is a critical-infrastructure operator"))],
        choices=offered({YES: _l("Yes"), NO: _l("No")}),
    )
    memorandum_on = DateField(_l("Day of the memorandum"), [Optional()])

    def standing(self) -> Standing:
        """Return what was entered; call only after validation."""
        day: date | None = self.memorandum_on.data
        return Standing(critical=self.critical.data == YES, memorandum_on=day)


class NewMemberForm(MemberForm):
    """A further member operator; `prepare` it before use."""

    name = StringField(
        _l("Name of the operator"),
        [InputRequired(_l("Enter the name of the operator")), filled, at_most(200)],
        [plain],
    )
    corporate_number = corporate_number_field()
    sector = SelectField(_l("Sector"), [InputRequired(_l("Choose the sector"))])

    def prepare(self, sectors: Mapping[str, str]) -> "NewMemberForm":
        """Tell the form the sectors by code."""
        self.sector.choices = offered(sectors)
        return self

    def value(self) -> OperatorDetails:
        """Return the member; call only after validation."""
        standing = self.standing()
        return OperatorDetails(
            name=self.name.data or "",
            corporate_number=normalised(self.corporate_number.data or ""),
            sector_code=self.sector.data,
            critical=standing.critical,
            memorandum_on=standing.memorandum_on,
        )


class DetailsForm(SeatFields, FlaskForm):
    """Where the body is, and who represents it."""


class SureForm(FlaskForm):
    """No more than the token."""
