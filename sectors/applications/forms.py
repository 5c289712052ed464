"""The forms of applications; the large one hands out one finished submission and its documents.

The names of its fields are stable: those of a nested part are joined by a hyphen (`main-email`).
"""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import (
    EmailField,
    FileField,
    FormField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Regexp, ValidationError

from sectors.applications import attachments, members
from sectors.applications.attachments import Upload
from sectors.applications.form_parts import (
    CONTACT_FIELDS,
    PARTS,
    ContactForm,
    FurtherContactForm,
    MeasureForm,
    at_most,
    filled,
    offered,
    plain,
    read_files,
    roster_problems,
)
from sectors.applications.models import AttachmentKind
from sectors.applications.sentences import (
    ATTACHMENTS,
    CONDITIONS,
)
from sectors.applications.submission import FORM_VERSION, BodyKind, Submission
from sectors.bodies.corporate_number import is_valid, normalised
from sectors.bodies.details import BodyDetails, ContactDetails, OperatorDetails
from sectors.requirements.models import Requirement

FILES = {"accept": attachments.ACCEPT}


class RegisterForm(FlaskForm):
    """Who would like to apply."""

    organisation = StringField(
        _l("Name of the organisation"),
        [InputRequired(_l("Enter the name of the organisation")), filled, at_most(200)],
        [plain],
    )
    name = StringField(_l("Your name"), [InputRequired(_l("Enter your name")), filled, at_most(100)], [plain])
    email = EmailField(
        _l("Mail address"),
        [
            InputRequired(_l("Enter your mail address")),
            Email(_l("Enter a mail address such as name@example.jp")),
            at_most(254),
        ],
        [plain],
    )


class ApplicationForm(FlaskForm):
    """The whole application (申請書); `prepare` it before use."""

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
    corporate_number = StringField(
        _l("Corporate number"), [InputRequired(_l("Enter the corporate number of 13 digits"))], [plain]
    )
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
    body_kind = RadioField(
        _l("Kind of organisation"),
        [InputRequired(_l("Choose the kind of organisation"))],
        choices=offered({BodyKind.ISAC: _l("ISAC"), BodyKind.OTHER: _l("Another body of operators")}),
        validate_choice=False,
    )
    is_operator = RadioField(
        _l("Is the organisation itself a critical-infrastructure operator?"),
        [InputRequired(_l("Choose whether the organisation is itself an operator"))],
        choices=offered({"yes": _l("Yes"), "no": _l("No")}),
        validate_choice=False,
    )
    sectors = SelectMultipleField(
        _l("Sectors"), [InputRequired(_l("Choose at least one sector"))], choices=[], validate_choice=False
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
    articles = FileField(ATTACHMENTS[AttachmentKind.ARTICLES], render_kw=FILES)
    outline = FileField(ATTACHMENTS[AttachmentKind.OUTLINE], render_kw=FILES)
    chart = FileField(ATTACHMENTS[AttachmentKind.CHART], render_kw=FILES)
    member_list = FileField(ATTACHMENTS[AttachmentKind.MEMBER_LIST], render_kw=FILES)
    evidence = MultipleFileField(ATTACHMENTS[AttachmentKind.EVIDENCE], render_kw=FILES)

    def prepare(
        self, *, choices: Mapping[str, str], names: Mapping[str, str], attached: frozenset[AttachmentKind]
    ) -> "ApplicationForm":
        """Tell the form what holds now.

        `choices` are the sectors' codes with the words to show, `names` the codes with the Japanese
        names that a roster may use, `attached` the kinds of document that need not be uploaded again.
        """
        self.sectors.choices = offered(choices)
        self.names = dict(names)
        self.roster: tuple[OperatorDetails, ...] = ()
        self.uploads: list[Upload] = []
        self.attached = attached
        for kind in AttachmentKind:
            self[kind.value].flags.required = kind not in attached
        return self

    def check(self) -> bool:
        """Check everything at once, so that every problem is shown together."""
        results = [self.validate(), self._contacts_differ(), self._choices_are_ours()]
        results += [self._read_documents(kind) for kind in AttachmentKind]
        self._name_the_parts()
        return all(results)

    def validate_corporate_number(self, field: StringField) -> None:
        """Check the digits.

        Raises:
            ValidationError: the check digit is wrong.

        """
        if not is_valid(normalised(field.data or "")):
            raise ValidationError(
                _("This is no corporate number: it has 13 digits, the first of which checks the others")
            )

    def validate_members(self, field: TextAreaField) -> None:
        """Read the roster, and name each bad line.

        Raises:
            ValidationError: the list is too short.

        """
        try:
            self.roster = members.read(field.data or "", sectors=self.names)
        except members.RosterError as refused:
            field.errors = [*field.errors, *roster_problems(refused)]
            return
        if len(self.roster) < members.FEWEST:
            raise ValidationError(_("List at least two member operators"))

    def value(self) -> Submission:
        """Return what was filed; call only after `check`."""
        return Submission(
            form_version=FORM_VERSION,
            body_kind=BodyKind(self.body_kind.data),
            details=BodyDetails(
                name_ja=self.name_ja.data or "",
                name_en=self.name_en.data or "",
                corporate_number=normalised(self.corporate_number.data or ""),
                address=self.address.data or "",
                representative=self.representative.data or "",
                is_operator=self.is_operator.data == "yes",
                sectors=tuple(self.sectors.data or ()),
                contacts=self._contacts(),
                operators=self.roster,
                measures=tuple(self[each.value].form.value(each) for each in Requirement),
            ),
        )

    def _name_the_parts(self) -> None:
        """Begin each sentence of a part with the part's name: in the summary they would look the same."""
        for name, part in PARTS.items():
            for field in self[name].form:
                field.errors = [
                    _("%(part)s: %(problem)s", part=str(part), problem=str(problem))
                    for problem in field.errors
                ]

    def _contacts(self) -> tuple[ContactDetails, ...]:
        parts = {kind: self[name].form for name, kind in CONTACT_FIELDS.items()}
        return tuple(part.value(kind) for kind, part in parts.items() if part.name.data)

    def _contacts_differ(self) -> bool:
        seen: set[str] = set()
        twice = False
        for name in CONTACT_FIELDS:
            field = self[name].form.email
            address = (field.data or "").lower()
            if address and address in seen:
                field.errors = [*field.errors, _("Each contact needs a mail address of their own")]
                twice = True
            seen.add(address)
        return not twice

    def _choices_are_ours(self) -> bool:
        """Refuse values that the page did not offer (or no longer offers)."""
        wrong = False
        for field in (self.body_kind, self.is_operator, self.sectors):
            offered = {each[0] for each in field.iter_choices()}
            chosen = set(field.data or ()) if field is self.sectors else {field.data} - {None, ""}
            if chosen - offered:
                field.errors = [*field.errors, _("Choose from the list")]
                wrong = True
        return not wrong

    def _read_documents(self, kind: AttachmentKind) -> bool:
        field = self[kind.value]
        files = [each for each in field.raw_data or () if isinstance(each, FileStorage) and each.filename]
        field.errors = read_files(kind, files, self.uploads)
        if not files and kind not in self.attached:
            field.errors.append(
                _("%(part)s: %(problem)s", part=field.label.text, problem=_("no file was chosen"))
            )
        if len(files) > attachments.MOST_EVIDENCE:
            field.errors.append(_("Choose at most ten files"))
        return not field.errors


class WithdrawForm(FlaskForm):
    """The confirmation of a withdrawal: no more than the token."""


class ReviewForm(FlaskForm):
    """An act of a reviewer on the application as the page showed it."""

    version = HiddenField()

    def seen(self) -> int:
        """Return the version that the reviewer saw; a number that was tampered with fits none."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() else -1


class ReturnForm(ReviewForm):
    """Return for correction (差戻し)."""

    remarks = TextAreaField(
        _l("What has to be corrected"),
        [InputRequired(_l("Write what has to be corrected")), filled, at_most(4000)],
        [plain],
    )


class RefuseForm(ReviewForm):
    """Refuse for a named condition."""

    condition = RadioField(
        _l("Condition that is not met"),
        [InputRequired(_l("Choose the condition that is not met"))],
        choices=offered(CONDITIONS),
    )


class AcceptForm(ReviewForm):
    """Accept as complete and in form."""

    other_body_review = TextAreaField(
        _l("Result of the further review (a body that is no ISAC)"), [at_most(4000)], [plain]
    )
