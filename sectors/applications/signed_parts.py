"""What the pages ask of a signed agreement: of one that is concluded, and of one that a body brings along."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import DateField, FileField, StringField
from wtforms.validators import InputRequired

from sectors.applications.form_parts import at_most, filled, plain

A_DAY = _l("Enter a day")


def signer_field(label: LazyString, missing: LazyString) -> StringField:
    """Return the field of who signed for one side; `missing` is said when nobody is named."""
    return StringField(label, [InputRequired(missing), filled, at_most(100)], [plain])


def jpcert_signer_field() -> StringField:
    """Return the field of who signed for JPCERT/CC."""
    return signer_field(_l("Signed for JPCERT/CC by"), _l("Enter who signed for JPCERT/CC"))


def ipa_signer_field() -> StringField:
    """Return the field of who signed for IPA, which may be no party."""
    return StringField(_l("Signed for IPA by"), [at_most(100)], [plain])


def decided_on_field() -> DateField:
    """Return the field of the decision to provide."""
    return DateField(_l("Day of the decision to provide"), [InputRequired(A_DAY)])


def starts_on_field() -> DateField:
    """Return the field of the first day."""
    return DateField(_l("First day of the agreement"), [InputRequired(A_DAY)])


def ends_on_field() -> DateField:
    """Return the field of the last day."""
    return DateField(_l("Last day of the agreement"), [InputRequired(A_DAY)])


def signed_agreement_field() -> FileField:
    """Return the field of the signed document."""
    return FileField(
        _l("Signed agreement (PDF)"),
        [InputRequired(_l("Choose the signed agreement"))],
        render_kw={"accept": ".pdf"},
    )
