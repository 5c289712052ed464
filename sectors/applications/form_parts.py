"""Parts of the application form: a point of contact, one requirement, roster and files, shared checks."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import EmailField, Field, Form, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import Email, InputRequired, Length, Regexp, ValidationError

from sectors.applications import attachments, members
from sectors.applications.attachments import Upload, UploadRefusedError
from sectors.applications.models import AttachmentKind
from sectors.applications.sentences import CONTACTS, SHORT_REQUIREMENTS, roster_sentence, upload_sentence
from sectors.bodies.details import ContactDetails
from sectors.bodies.models import ContactKind
from sectors.requirements.measures import Measure
from sectors.requirements.models import Requirement

CONTACT_FIELDS = {"main": ContactKind.MAIN, "deputy": ContactKind.DEPUTY, "hours": ContactKind.OUT_OF_HOURS}
PARTS = {
    **{name: CONTACTS[kind] for name, kind in CONTACT_FIELDS.items()},
    **{each.value: SHORT_REQUIREMENTS[each] for each in Requirement},
}
MOST_SHOWN = 20  # problems of a roster
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


class ContactForm(Form):
    """A point of contact (連絡窓口)."""

    name = StringField(
        _l("Name of the person"),
        [InputRequired(_l("Enter the contact's name")), filled, at_most(100)],
        [plain],
    )
    department = StringField(
        _l("Department"),
        [InputRequired(_l("Enter the contact's department")), filled, at_most(200)],
        [plain],
    )
    email = EmailField(
        _l("Mail address"),
        [
            InputRequired(_l("Enter the contact's mail address")),
            Email(_l("Enter a mail address such as name@example.jp")),
            at_most(254),
        ],
        [plain],
    )
    telephone = TelField(
        _l("Telephone number"),
        [
            InputRequired(_l("Enter the contact's telephone number")),
            Regexp(TELEPHONE, message=_l("Enter a telephone number such as 03-1234-5678")),
        ],
        [half_width],
    )

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


def roster_problems(refused: members.RosterError) -> list[str]:
    """Return how many problems there are, and a sentence for each; of very many, the first ones."""
    count = len(refused.problems)
    sentences = [roster_sentence(problem) for problem in refused.problems[:MOST_SHOWN]]
    if count > MOST_SHOWN:
        sentences.append(_("and %(count)d more problems in the list", count=count - MOST_SHOWN))
    return [_("The list of members has problems: %(count)d", count=count), *sentences]


def read_files(kind: AttachmentKind, files: list[FileStorage], taken: list[Upload]) -> list[str]:
    """Add the files that may be taken to `taken`, and return a sentence for each that may not."""
    problems = []
    for file in files:
        try:
            taken.append(attachments.checked(kind, file.filename or "", file.read(attachments.LARGEST + 1)))
        except UploadRefusedError as refused:
            problems.append(upload_sentence(refused))
    return problems
