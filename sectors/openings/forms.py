"""The form of a body that joins without an application; one that is taken over has its agreement too.

It asks for what an application asks for, but for the attachments, and for the consultation in their place.
"""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    FormField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional, ValidationError

from hub.web.forms import day_of
from sectors.applications import members
from sectors.applications.form_parts import (
    CONTACT_FIELDS,
    PARTS,
    ContactForm,
    FurtherContactForm,
    MeasureForm,
    NameFields,
    SeatFields,
    at_most,
    contacts_differ,
    contacts_of,
    filled,
    name_parts,
    offered,
    plain,
)
from sectors.applications.sentences import COLUMNS, ROSTER_FAULTS
from sectors.applications.signed_parts import (
    decided_on_field,
    ends_on_field,
    ipa_signer_field,
    jpcert_signer_field,
    signed_agreement_field,
    signer_field,
    starts_on_field,
)
from sectors.bodies.corporate_number import normalised
from sectors.bodies.details import BodyDetails, OperatorDetails
from sectors.openings.proposal import Existing, Proposal
from sectors.openings.service import LARGEST
from sectors.requirements.models import Requirement

TRIAL, FULL = "trial", "full"
MOST_SHOWN = 20  # problems of a roster


class OpeningForm(NameFields, SeatFields, FlaskForm):
    """The exception route; `prepare` it before use."""

    is_operator = RadioField(
        _l("Is the organisation itself a critical-infrastructure operator?"),
        [InputRequired(_l("Choose whether the organisation is itself an operator"))],
        choices=offered({"yes": _l("Yes"), "no": _l("No")}),
    )
    sectors = SelectMultipleField(
        _l("Sectors"), [InputRequired(_l("Choose at least one sector"))], choices=[], validate_choice=True
    )
    main = FormField(ContactForm)
    deputy = FormField(FurtherContactForm)
    hours = FormField(FurtherContactForm)
    members = TextAreaField(
        _l("Member operators"),
        [InputRequired(_l("List the member operators, one in each line"))],
        render_kw={"rows": 10},
    )
    operator = FormField(MeasureForm)
    contractor = FormField(MeasureForm)
    purpose = FormField(MeasureForm)
    consultation = TextAreaField(
        _l("Consultation"),
        [InputRequired(_l("Record the consultation")), filled, at_most(4000)],
        [plain],
    )

    def prepare(self, *, choices: Mapping[str, str], names: Mapping[str, str]) -> "OpeningForm":
        """Tell the form the sectors: codes with the words to show, and with the names a roster may use."""
        self.sectors.choices = offered(choices)
        self.names = dict(names)
        self.roster: tuple[OperatorDetails, ...] = ()
        return self

    def check(self) -> bool:
        """Check everything at once, so that every problem is shown together."""
        results = [self.validate(), contacts_differ(self)]
        name_parts(self, PARTS)
        return all(results)

    def validate_members(self, field: TextAreaField) -> None:
        """Read the roster, and name each bad line.

        Raises:
            ValidationError: the list is too short.

        """
        try:
            self.roster = members.read(field.data or "", sectors=self.names)
        except members.RosterError as refused:
            field.errors = [*field.errors, *_sentences(refused)]
            return
        if len(self.roster) < members.FEWEST:
            raise ValidationError(_("List at least two member operators"))

    def proposal(self) -> Proposal:
        """Return who the body is; call only after `check`."""
        return Proposal(details=self.details(), existing=self.existing())

    def details(self) -> BodyDetails:
        """Return what an application would tell."""
        return BodyDetails(
            name_ja=self.name_ja.data or "",
            name_en=self.name_en.data or "",
            corporate_number=normalised(self.corporate_number.data or ""),
            address=self.address.data or "",
            representative=self.representative.data or "",
            is_operator=self.is_operator.data == "yes",
            sectors=tuple(self.sectors.data or ()),
            contacts=contacts_of(self),
            operators=self.roster,
            measures=tuple(self[each.value].form.value(each) for each in Requirement),
        )

    def existing(self) -> Existing | None:
        """Return the agreement in force: none, on the exception route."""
        return None

    def file(self) -> bytes | None:
        """Return the agreement in force as a file: none, on the exception route."""
        return None

    def show(self, problems: Mapping[str, str]) -> None:
        """Put the service's sentences beside the fields they are about."""
        kinds = {kind.value: name for name, kind in CONTACT_FIELDS.items()}
        for name, problem in problems.items():
            kind = name.removesuffix("-email")
            field = self[kinds[kind]].form.email if kind in kinds else self[name]
            field.errors = [*field.errors, _(problem)]


class TakeoverForm(OpeningForm):
    """A body that is served already, with its agreement and its operation."""

    operation = RadioField(
        _l("Operation"),
        [InputRequired(_l("Choose the operation in which the body stands"))],
        choices=offered({TRIAL: _l("Trial operation"), FULL: _l("Full operation")}),
    )
    trial_ends_on = DateField(_l("Last day of the trial period"), [Optional()])
    body_signer = signer_field(_l("Signed for the body by"), _l("Enter who signed for the body"))
    jpcert_signer = jpcert_signer_field()
    ipa_signer = ipa_signer_field()
    decided_on = decided_on_field()
    starts_on = starts_on_field()
    ends_on = ends_on_field()
    contract = signed_agreement_field()

    def validate_operation(self, field: RadioField) -> None:
        """Ask for the period of a trial.

        Raises:
            ValidationError: a trial has no last day.

        """
        if field.data == TRIAL and self.trial_ends_on.data is None:
            raise ValidationError(_("Enter the last day of the trial period"))

    def existing(self) -> Existing:
        """Return the agreement in force and the operation."""
        in_trial = self.operation.data == TRIAL
        return Existing(
            body_signer=self.body_signer.data or "",
            jpcert_signer=self.jpcert_signer.data or "",
            ipa_signer=self.ipa_signer.data or "",
            decided_on=day_of(self.decided_on),
            starts_on=day_of(self.starts_on),
            ends_on=day_of(self.ends_on),
            trial_ends_on=day_of(self.trial_ends_on) if in_trial else None,
        )

    def file(self) -> bytes:
        """Return the agreement in force as a file."""
        content: bytes = self.contract.data.read(LARGEST + 1)
        return content


def _sentences(refused: members.RosterError) -> list[str]:
    """Return how many problems there are, and a sentence for each; of very many, the first ones."""
    count = len(refused.problems)
    told = [_("The list of members has problems: %(count)d", count=count)]
    for each in refused.problems[:MOST_SHOWN]:
        said = {"line": each.line, "fault": str(ROSTER_FAULTS[each.fault])}
        if each.column is None:
            told.append(_("Line %(line)d: %(fault)s", **said))
        else:
            told.append(_("Line %(line)d, %(column)s: %(fault)s", column=str(COLUMNS[each.column]), **said))
    if count > MOST_SHOWN:
        told.append(_("and %(count)d more problems in the list", count=count - MOST_SHOWN))
    return told
