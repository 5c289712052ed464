"""The forms of the steps of an application; each checks its own step.

The names of the fields are stable: those of a nested part are joined by a hyphen (`main-email`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import (
    FileField,
    FormField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, ValidationError

from sectors.applications import attachments, members
from sectors.applications.attachments import Upload
from sectors.applications.form_parts import (
    PARTS,
    ContactForm,
    FurtherContactForm,
    MeasureForm,
    NameFields,
    SeatFields,
    contacts_differ,
    contacts_of,
    name_parts,
    offered,
    read_files,
    read_roster_file,
)
from sectors.applications.items import Section
from sectors.applications.models import AttachmentKind
from sectors.applications.sentences import ATTACHMENTS, KINDS_OF_BODY, YES_OR_NO
from sectors.bodies.details import ContactDetails, OperatorDetails
from sectors.filling.steps import Step
from sectors.requirements.models import Requirement

FILES = {"accept": attachments.ACCEPT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What the form offers today.

    `choices` are the sectors' codes with the words to show, `names` the codes with the Japanese names that
    a roster may use, `editions` those of the action plan, the latest first.
    """

    choices: Mapping[str, str]
    names: Mapping[str, str]
    editions: tuple[str, ...]


class StepForm(FlaskForm):
    """One step; `prepare` it before use."""

    step: ClassVar[Step]
    seen = HiddenField()

    def prepare(self, today: Offered) -> "StepForm":  # noqa: ARG002 - for steps that offer something
        """Tell the form what holds now."""
        return self

    def check(self) -> bool:
        """Check everything at once, so that every problem is shown together."""
        right = all([self.validate(), self._further_checks()])
        name_parts(self, PARTS)
        return right

    def narrow(self, sections: Iterable[Section]) -> None:
        """Take the sections away that are not open for correction."""

    def saves_seen(self) -> int:
        """Return how often the step had been saved when its page was opened."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() else -1

    def _further_checks(self) -> bool:
        return True

    def _refuse_strange(self, field: RadioField | SelectMultipleField | SelectField) -> bool:
        """Refuse a value that the page did not offer, or no longer offers."""
        known = {each[0] for each in field.iter_choices()}
        chosen = set(field.data or ()) if isinstance(field.data, list) else {field.data} - {None, ""}
        if chosen <= known:
            return True
        field.errors = [*field.errors, _("Choose from the list")]
        return False


class OrganisationForm(NameFields, SeatFields, StepForm):
    """Who applies."""

    step = Step.ORGANISATION
    body_kind = RadioField(
        _l("Kind of organisation"),
        [InputRequired(_l("Choose the kind of organisation"))],
        choices=offered(KINDS_OF_BODY),
        validate_choice=False,
    )
    is_operator = RadioField(
        _l("Is the organisation itself a critical-infrastructure operator?"),
        [InputRequired(_l("Choose whether the organisation is itself an operator"))],
        choices=offered(YES_OR_NO),
        validate_choice=False,
    )

    def _further_checks(self) -> bool:
        return self._refuse_strange(self.body_kind) & self._refuse_strange(self.is_operator)


class SectorsForm(StepForm):
    """For which sectors."""

    step = Step.SECTORS
    sectors = SelectMultipleField(
        _l("Sectors"), [InputRequired(_l("Choose at least one sector"))], choices=[], validate_choice=False
    )

    def prepare(self, today: Offered) -> "SectorsForm":
        """Offer the sectors that hold today."""
        self.sectors.choices = offered(today.choices)
        return self

    def _further_checks(self) -> bool:
        return self._refuse_strange(self.sectors)


class ContactsForm(StepForm):
    """Whom to reach."""

    step = Step.CONTACTS
    main = FormField(ContactForm)
    deputy = FormField(FurtherContactForm)
    hours = FormField(FurtherContactForm)

    def value(self) -> tuple[ContactDetails, ...]:
        """Return the contacts; call only after `check`."""
        return contacts_of(self)

    def _further_checks(self) -> bool:
        return contacts_differ(self)


class MembersForm(StepForm):
    """Which operators the body consists of."""

    step = Step.MEMBERS
    roster_edition = SelectField(
        _l("Edition of the action plan that the list rests on"),
        [InputRequired(_l("Choose the edition of the action plan"))],
        choices=[],
        validate_choice=False,
    )
    roster_file = FileField(_l("List of member operators as a CSV file"), render_kw={"accept": ".csv"})
    members = TextAreaField(
        _l("Member operators"),
        [InputRequired(_l("List the member operators, one in each line"))],
        render_kw={"rows": 12, "spellcheck": "false"},
    )

    def prepare(self, today: Offered) -> "MembersForm":
        """Offer the editions of the action plan, and learn the sectors' names."""
        self.roster_edition.choices = offered({each: each for each in today.editions})
        self.names = dict(today.names)
        self.roster: tuple[OperatorDetails, ...] = ()
        self.roster_refused: members.RosterError | None = None
        self.is_file_refused = False
        return self

    def take_file(self, kept: str) -> None:
        """Put what stands in the chosen CSV file in place of the text; if a line of it is bad, `kept`.

        All lines are taken or none; `check` tells what is wrong with the file.
        """
        file = self.roster_file.data
        if not isinstance(file, FileStorage) or not file.filename:
            return
        text = read_roster_file(file)
        try:
            read = members.read(text or "", sectors=self.names)
        except members.RosterError as refused:
            self.roster_refused = refused
        if text is None:
            self.roster_refused = members.RosterError([members.Problem(line=1, fault=members.Fault.BROKEN)])
        if self.roster_refused is not None:
            self.members.data, self.is_file_refused = kept, True
            return
        self.members.data = members.written(read, sectors=self.names)
        self.members.raw_data = [self.members.data]

    def validate_members(self, field: TextAreaField) -> None:
        """Read the roster.

        Raises:
            ValidationError: a line is bad, or the list is too short.

        """
        if self.is_file_refused:  # the person looks for what is wrong with the file
            return
        try:
            self.roster = members.read(field.data or "", sectors=self.names)
        except members.RosterError as refused:
            self.roster_refused = refused
            raise ValidationError(_bad_lines(refused)) from None
        if len(self.roster) < members.FEWEST:
            raise ValidationError(_("List at least two member operators"))

    def _further_checks(self) -> bool:
        right = self._refuse_strange(self.roster_edition)
        if self.roster_refused is not None and self.is_file_refused:
            self.roster_file.errors, self.members.errors = [_bad_lines(self.roster_refused)], []
            return False
        return right


class RequirementsForm(StepForm):
    """How the three requirements are met."""

    step = Step.REQUIREMENTS
    operator = FormField(MeasureForm)
    contractor = FormField(MeasureForm)
    purpose = FormField(MeasureForm)

    def narrow(self, sections: Iterable[Section]) -> None:
        """Take the requirements away that are not open for correction."""
        for each in Requirement:
            if Section(each.value) not in sections:
                del self[each.value]


class AttachmentsForm(StepForm):
    """The documents; those that were chosen before need not be chosen again."""

    step = Step.ATTACHMENTS
    articles = FileField(ATTACHMENTS[AttachmentKind.ARTICLES], render_kw=FILES)
    outline = FileField(ATTACHMENTS[AttachmentKind.OUTLINE], render_kw=FILES)
    chart = FileField(ATTACHMENTS[AttachmentKind.CHART], render_kw=FILES)
    member_list = FileField(ATTACHMENTS[AttachmentKind.MEMBER_LIST], render_kw=FILES)
    evidence = MultipleFileField(ATTACHMENTS[AttachmentKind.EVIDENCE], render_kw=FILES)

    def attach(self, present: frozenset[AttachmentKind]) -> "AttachmentsForm":
        """Tell the form which kinds are here already."""
        self.uploads: list[Upload] = []
        self.present = present
        for kind in AttachmentKind:
            self[kind.value].flags.required = kind not in present
        return self

    def read(self) -> bool:
        """Read the chosen files into `uploads`; what is refused is told beside its field."""
        for kind in AttachmentKind:
            field = self[kind.value]
            files = [each for each in field.raw_data or () if isinstance(each, FileStorage) and each.filename]
            field.errors = read_files(kind, files, self.uploads)
        return not any(self[kind.value].errors for kind in AttachmentKind)

    def _further_checks(self) -> bool:
        here = self.present | {each.kind for each in self.uploads}
        for kind in AttachmentKind:
            field = self[kind.value]
            if kind not in here and not field.errors:
                problem = _("no file was chosen")
                field.errors = [_("%(part)s: %(problem)s", part=field.label.text, problem=problem)]
        return not any(self[kind.value].errors for kind in AttachmentKind)


class SubmitForm(FlaskForm):
    """The confirmation before the application is filed, or thrown away: no more than the token."""


def _bad_lines(refused: members.RosterError) -> str:
    lines = {problem.line for problem in refused.problems}
    return str(_("Lines of the list that cannot be taken: %(count)d. Each is named below", count=len(lines)))
