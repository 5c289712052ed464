"""The forms around an agreement."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, FileField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from nda.agreements.service import LARGEST, Conclusion
from sectors.applications.form_parts import at_most, filled, offered, plain

CAN, WITH_REMARKS, CANNOT = "can", "remarks", "cannot"
A_DAY = _l("Enter a day")


class AnswerForm(FlaskForm):
    """Whether the applicant can conclude an agreement like the sample."""

    answer = RadioField(
        _l("Can your organisation conclude an equivalent agreement?"),
        [InputRequired(_l("Choose an answer"))],
        choices=offered(
            {
                CAN: _l("Yes, as it stands"),
                WITH_REMARKS: _l("Yes, with the remarks below"),
                CANNOT: _l("No; the procedure ends"),
            }
        ),
        validate_choice=False,
    )
    remarks = TextAreaField(_l("Your remarks"), [at_most(4000)], [plain])

    def validate_answer(self, field: RadioField) -> None:
        """Refuse what the page did not offer.

        Raises:
            ValidationError: it is another word.

        """
        if field.data not in {CAN, WITH_REMARKS, CANNOT}:
            raise ValidationError(_("Choose from the list"))

    def validate_remarks(self, field: TextAreaField) -> None:
        """Ask for the remarks that the answer speaks of.

        Raises:
            ValidationError: there are none.

        """
        if self.answer.data == WITH_REMARKS and not field.data:
            raise ValidationError(_("Write your remarks"))


class PassOnForm(FlaskForm):
    """No more than the token."""


class SendBackForm(FlaskForm):
    """What IPA has to settle before the agreement can be concluded."""

    remarks = TextAreaField(
        _l("Remarks for IPA"), [InputRequired(_l("Write your remarks")), filled, at_most(4000)], [plain]
    )


class ConcludeForm(FlaskForm):
    """What the signed agreement says."""

    body_signer = StringField(
        _l("Signed for the applicant by"),
        [InputRequired(_l("Enter who signed for the applicant")), filled, at_most(100)],
        [plain],
    )
    jpcert_signer = StringField(
        _l("Signed for JPCERT/CC by"),
        [InputRequired(_l("Enter who signed for JPCERT/CC")), filled, at_most(100)],
        [plain],
    )
    ipa_signer = StringField(_l("Signed for IPA by"), [at_most(100)], [plain])
    decided_on = DateField(_l("Day of the decision to provide"), [InputRequired(A_DAY)])
    starts_on = DateField(_l("First day of the agreement"), [InputRequired(A_DAY)])
    ends_on = DateField(_l("Last day of the agreement"), [InputRequired(A_DAY)])
    document = FileField(
        _l("Signed agreement (PDF)"),
        [InputRequired(_l("Choose the signed agreement"))],
        render_kw={"accept": ".pdf"},
    )

    def value(self) -> Conclusion:
        """Return what was entered; call only after validation."""
        return Conclusion(
            body_signer=self.body_signer.data or "",
            jpcert_signer=self.jpcert_signer.data or "",
            ipa_signer=self.ipa_signer.data or "",
            decided_on=_day(self.decided_on),
            starts_on=_day(self.starts_on),
            ends_on=_day(self.ends_on),
            document=self.document.data.read(LARGEST + 1),
        )

    def show(self, problems: Mapping[str, str]) -> None:
        """Put the service's sentences beside the fields they are about."""
        for field, problem in problems.items():
            self[field].errors = [_(problem)]


class TerminateForm(FlaskForm):
    """The end of an agreement; it takes effect at once."""

    reason = TextAreaField(
        _l("Reason"), [InputRequired(_l("Write the reason")), filled, at_most(4000)], [plain]
    )
    sure = BooleanField(
        _l("I have understood that the provision to this body stops at once"),
        [InputRequired(_l("Confirm that the provision stops at once"))],
    )


def _day(field: DateField) -> date:
    if field.data is None:
        raise ValueError("the form was not validated")
    return field.data
