"""The forms around a certificate of destruction."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, FileField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from feeds.destructions.service import LARGEST, Certificate
from hub.web.forms import day_of
from sectors.applications.form_parts import at_most, filled, offered, plain


class CertificateForm(FlaskForm):
    """What a body certifies."""

    signer = StringField(
        _l("Who certifies it (title and name)"),
        [InputRequired(_l("Enter who certifies it")), filled, at_most(100)],
        [plain],
    )
    destroyed_on = DateField(_l("Day on which it was destroyed"), [InputRequired(_l("Enter a day"))])
    members_too = RadioField(
        _l("Have members and contractors destroyed theirs?"),
        [InputRequired(_l("Choose whether members and contractors have destroyed theirs"))],
        choices=offered(
            {"yes": _l("Yes, all of them, or none had any"), "no": _l("Not all of them, see below")}
        ),
    )
    statement = TextAreaField(
        _l("How it was destroyed, and what could not be"),
        [InputRequired(_l("Write how it was destroyed")), filled, at_most(4000)],
        [plain],
    )
    document = FileField(_l("Signed certificate (PDF)"), render_kw={"accept": ".pdf"})

    def value(self) -> Certificate:
        """Return what was entered; call only after validation."""
        return Certificate(
            signer=self.signer.data or "",
            destroyed_on=day_of(self.destroyed_on),
            members_too=self.members_too.data == "yes",
            statement=self.statement.data or "",
            document=(self.document.data.read(LARGEST + 1) or None) if self.document.data else None,
        )


class RemarksForm(FlaskForm):
    """Why a certificate is returned, or asked for no more."""

    remarks = TextAreaField(
        _l("Remarks"), [InputRequired(_l("Write your remarks")), filled, at_most(4000)], [plain]
    )


class AcceptForm(FlaskForm):
    """No more than the token."""
