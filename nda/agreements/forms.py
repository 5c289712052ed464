"""The forms around an agreement."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, FileField, RadioField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from hub.web.forms import day_of
from nda.agreements.contract import LARGEST, Conclusion
from nda.agreements.renewing import Change
from sectors.applications.form_parts import at_most, filled, offered, plain
from sectors.applications.signed_parts import (
    A_DAY,
    decided_on_field,
    ends_on_field,
    ipa_signer_field,
    jpcert_signer_field,
    signed_agreement_field,
    signer_field,
    starts_on_field,
)

CAN, WITH_REMARKS, CANNOT = "can", "remarks", "cannot"


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


class ReplyForm(FlaskForm):
    """What IPA says to the applicant's remarks."""

    text = TextAreaField(
        _l("Reply to the applicant"),
        [InputRequired(_l("Write the reply")), filled, at_most(4000)],
        [plain],
    )


class SendBackForm(FlaskForm):
    """What IPA has to settle before the agreement can be concluded."""

    remarks = TextAreaField(
        _l("Remarks for IPA"), [InputRequired(_l("Write your remarks")), filled, at_most(4000)], [plain]
    )


class ConcludeForm(FlaskForm):
    """What the signed agreement says."""

    body_signer = signer_field(_l("Signed for the applicant by"), _l("Enter who signed for the applicant"))
    jpcert_signer = jpcert_signer_field()
    ipa_signer = ipa_signer_field()
    decided_on = decided_on_field()
    starts_on = starts_on_field()
    ends_on = ends_on_field()
    document = signed_agreement_field()

    def value(self) -> Conclusion:
        """Return what was entered; call only after validation."""
        return Conclusion(
            body_signer=self.body_signer.data or "",
            jpcert_signer=self.jpcert_signer.data or "",
            ipa_signer=self.ipa_signer.data or "",
            decided_on=day_of(self.decided_on),
            starts_on=day_of(self.starts_on),
            ends_on=day_of(self.ends_on),
            document=self.document.data.read(LARGEST + 1),
        )


class AmendForm(FlaskForm):
    """A signed change of an agreement in force."""

    agreed_on = DateField(_l("Day of the change"), [InputRequired(A_DAY)])
    summary = TextAreaField(
        _l("What changes"), [InputRequired(_l("Write what changes")), filled, at_most(4000)], [plain]
    )
    document = FileField(
        _l("Signed document (PDF)"),
        [InputRequired(_l("Choose the signed document"))],
        render_kw={"accept": ".pdf"},
    )

    def value(self) -> Change:
        """Return what was entered; call only after validation."""
        return Change(
            agreed_on=day_of(self.agreed_on),
            summary=self.summary.data or "",
            document=self.document.data.read(LARGEST + 1),
        )


class TerminateForm(FlaskForm):
    """The end of an agreement; it takes effect at once."""

    reason = TextAreaField(
        _l("Reason"), [InputRequired(_l("Write the reason")), filled, at_most(4000)], [plain]
    )
    sure = BooleanField(
        _l("I have understood that the provision to this body stops at once"),
        [InputRequired(_l("Confirm that the provision stops at once"))],
    )
