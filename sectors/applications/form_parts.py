"""Parts of the application form: a point of contact, one requirement, roster and files, shared checks."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import EmailField, Field, Form, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import Email, InputRequired, Length, Regexp, ValidationError

from sectors.applications import attachments
from sectors.applications.attachments import Upload, UploadRefusedError
from sectors.applications.models import AttachmentKind
from sectors.applications.sentences import CONTACTS, SHORT_REQUIREMENTS, upload_sentence
from sectors.bodies.corporate_number import is_valid, normalised
from sectors.bodies.details import ContactDetails
from sectors.bodies.models import ContactKind
from sectors.requirements.measures import Measure
from sectors.requirements.models import Requirement

CONTACT_FIELDS = {"main": ContactKind.MAIN, "deputy": ContactKind.DEPUTY, "hours": ContactKind.OUT_OF_HOURS}
PARTS = {
    **{name: CONTACTS[kind] for name, kind in CONTACT_FIELDS.items()},
    **{each.value: SHORT_REQUIREMENTS[each] for each in Requirement},
}
LARGEST_ROSTER = 1_000_000  # bytes
TELEPHONE = r"^[+0-9()\- ]{6,30}$"


def plain(value: str | None) -> str | None:
    """Return what was typed without blanks around it."""
    return value.strip() if isinstance(value, str) else value


def half_width(value: str | None) -> str | None:
    """Return what was typed with full-width digits, brackets and hyphens made plain."""
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def offered(words: Mapping[Any, object]) -> list[Any]:
    """Return the choices of a field: each value with the words that show it."""
    return [SelectChoice(str(value), label) for value, label in words.items()]


def at_most(longest: int) -> Length:
    """Return a check of length."""
    return Length(max=longest, message=_l("Use at most %(max)d characters"))


def filled(_form: Form, field: Field) -> None:
    """Refuse a field of nothing but blanks.

    Raises:
        ValidationError: nothing is left without the blanks.

    """
    if not field.data:
        raise ValidationError(_("Fill in this field"))


def corporate_number(_form: Form, field: Field) -> None:
    """Check the digits of a corporate number.

    Raises:
        ValidationError: the check digit is wrong.

    """
    if not is_valid(normalised(field.data or "")):
        raise ValidationError(
            _("This is no corporate number: it has 13 digits, the first of which checks the others")
        )


def corporate_number_field() -> StringField:
    """Return the field of a corporate number (法人番号)."""
    said = _l("Enter the corporate number of 13 digits")
    return StringField(_l("Corporate number"), [InputRequired(said), corporate_number], [plain])


def contact_name_field() -> StringField:
    """Return the field of a contact's name."""
    said = _l("Enter the contact's name")
    return StringField(_l("Name of the person"), [InputRequired(said), filled, at_most(100)], [plain])


def department_field() -> StringField:
    """Return the field of a contact's department."""
    said = _l("Enter the contact's department")
    return StringField(_l("Department"), [InputRequired(said), filled, at_most(200)], [plain])


def contact_mail_field() -> EmailField:
    """Return the field of a contact's mail address."""
    checks = [
        InputRequired(_l("Enter the contact's mail address")),
        Email(_l("Enter a mail address such as name@example.jp")),
        at_most(254),
    ]
    return EmailField(_l("Mail address"), checks, [plain])


def contact_telephone_field() -> TelField:
    """Return the field of a contact's telephone number."""
    checks = [
        InputRequired(_l("Enter the contact's telephone number")),
        Regexp(TELEPHONE, message=_l("Enter a telephone number such as 03-1234-5678")),
    ]
    return TelField(_l("Telephone number"), checks, [half_width])


class NameFields:
    """What an organisation is called."""

    name_ja = StringField(
        _l("Name of the organisation (Japanese)"),
        [InputRequired(_l("Enter the name of the organisation in Japanese")), filled, at_most(200)],
        [plain],
    )
    name_en = StringField(
        _l("Name of the organisation (English)"),
        [
            InputRequired(_l("Enter the name of the organisation in English")),
            filled,
            at_most(200),
            Regexp(r"^[\x20-\x7e]*$", message=_l("Write the English name in Latin letters")),
        ],
        [plain],
    )
    corporate_number = corporate_number_field()


class SeatFields:
    """Where an organisation is, and who represents it."""

    address = StringField(
        _l("Address"),
        [InputRequired(_l("Enter the address of the organisation")), filled, at_most(300)],
        [plain],
    )
    representative = StringField(
        _l("Representative"),
        [InputRequired(_l("Enter the title and name of the representative")), filled, at_most(100)],
        [plain],
    )


class ContactForm(Form):
    """A point of contact (連絡窓口)."""

    name = contact_name_field()
    department = department_field()
    email = contact_mail_field()
    telephone = contact_telephone_field()

    def value(self, kind: ContactKind) -> ContactDetails:
        """Return the contact; call only after validation."""
        return ContactDetails(
            kind=kind,
            name=self.name.data or "",
            department=self.department.data or "",
            email=(self.email.data or "").lower(),
            telephone=self.telephone.data or "",
        )


class FurtherContactForm(ContactForm):
    """A point of contact that may be left out, but not half filled in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed on to WTForms
        super().__init__(*args, **kwargs)
        for field in self:
            field.flags.required = False  # the page shows no mark: the whole part is optional

    def is_empty(self) -> bool:
        """Tell whether nothing was typed."""
        return not any(field.data for field in self)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check a contact that was begun."""
        return self.is_empty() or bool(super().validate(extra_validators))


class MeasureForm(Form):
    """How one of the three requirements is met."""

    how = TextAreaField(
        _l("How it is met"),
        [InputRequired(_l("Write how this requirement is met")), filled, at_most(4000)],
        [plain],
    )
    by_whom = StringField(
        _l("Who is responsible"),
        [InputRequired(_l("Enter who is responsible for this requirement")), filled, at_most(200)],
        [plain],
    )
    evidence = StringField(
        _l("Document that shows it"),
        [InputRequired(_l("Name the document, with chapter or page, that shows it")), filled, at_most(1000)],
        [plain],
    )

    def value(self, requirement: Requirement) -> Measure:
        """Return the statement; call only after validation."""
        return Measure(
            requirement=requirement,
            how=self.how.data or "",
            by_whom=self.by_whom.data or "",
            evidence=self.evidence.data or "",
        )


def name_parts(form: FlaskForm, parts: Mapping[str, object]) -> None:
    """Begin each sentence of a part with the part's name: in the summary they would look the same."""
    for name, part in parts.items():
        for field in form[name].form if name in form else ():
            field.errors = [
                _("%(part)s: %(problem)s", part=str(part), problem=str(problem)) for problem in field.errors
            ]


def contacts_of(form: FlaskForm) -> tuple[ContactDetails, ...]:
    """Return the contacts of a form with CONTACT_FIELDS; call only after validation."""
    parts = {kind: form[name].form for name, kind in CONTACT_FIELDS.items()}
    return tuple(part.value(kind) for kind, part in parts.items() if part.name.data)


def contacts_differ(form: FlaskForm) -> bool:
    """Tell whether each contact has a mail address of its own; beside one that has not, say so."""
    seen: set[str] = set()
    twice = False
    for name in CONTACT_FIELDS:
        field = form[name].form.email
        address = (field.data or "").lower()
        if address and address in seen:
            field.errors = [*field.errors, _("Each contact needs a mail address of their own")]
            twice = True
        seen.add(address)
    return not twice


def read_roster_file(file: FileStorage) -> str | None:
    """Return the text of a CSV file as spreadsheets write it (UTF-8, Shift JIS); None if it is no text."""
    content: bytes = file.read(LARGEST_ROSTER + 1)
    if len(content) > LARGEST_ROSTER or b"\0" in content:
        return None
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_files(kind: AttachmentKind, files: list[FileStorage], taken: list[Upload]) -> list[str]:
    """Add the files that may be taken to `taken`, and return a sentence for each that may not."""
    problems = []
    for file in files:
        try:
            taken.append(attachments.checked(kind, file.filename or "", file.read(attachments.LARGEST + 1)))
        except UploadRefusedError as refused:
            problems.append(upload_sentence(refused))
    return problems
