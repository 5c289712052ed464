"""The forms of a questionnaire: one made of the questions of its version, and those that edit a version."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar, TypeVar

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from feeds.formats.content import Text
from feeds.surveys.at_rest import Typed
from feeds.surveys.categories import Category, Reason
from feeds.surveys.models import Kind, QuestionKind, SurveyQuestion
from feeds.surveys.ready import READY
from feeds.surveys.replies import LARGEST_NUMBER, LONGEST_TEXT, SCALE, Reply, Value, field_of
from feeds.surveys.versions import LONGEST, Wording
from feeds.surveys.words import CATEGORIES, QUESTION_KINDS, REASONS, text_here
from sectors.applications.form_parts import at_most, offered, plain

LENGTH = at_most(LONGEST)
Choices = list[tuple[str, str]]
F = TypeVar("F", bound="ReplyForm")


class Somebody:
    """Refuse a list in which nobody is ticked, unless everybody is."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: LazyString) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        """Check it.

        Raises:
            ValidationError: nobody is chosen.

        """
        if not field.data and not form["everybody"].data:
            raise ValidationError(self.message)


class WhoseForm(FlaskForm):
    """For whom a body answers; these fields stand first on the page, and so among its errors."""

    everybody = BooleanField(_l("For all organisations that have not answered yet"))
    organisations = SelectMultipleField(
        _l("For which organisations do you answer?"),
        [Somebody(_l("Choose for which organisations you answer"))],
    )


class ReplyForm(FlaskForm):
    """The fixed question on dissemination; `reply_form` adds the others."""

    category = RadioField(
        _l("Could the information be disseminated inside the organisation?"),
        [InputRequired(_l("Choose how far the information came"))],
    )
    reason = RadioField(_l("If not: why?"), [Optional()])

    def __init__(self, questions: Sequence[SurveyQuestion], **told: object) -> None:
        super().__init__(**told)
        self.questions = questions
        self.category.choices = offered(CATEGORIES)
        self.reason.choices = offered(REASONS)
        for question in questions:
            if question.options:
                self[field_of(question.id)].choices = _choices(question)

    def asked(self) -> list[Field]:
        """Return the fields of the version's questions, in their order."""
        return [self[field_of(each.id)] for each in self.questions]

    def value(self) -> Reply:
        """Return the answer; call only after validate()."""
        given = {str(each.id): _value(self[field_of(each.id)]) for each in self.questions}
        return Reply(
            category=Category(self.category.data),
            reason=Reason(self.reason.data) if self.reason.data else None,
            values={name: value for name, value in given.items() if value not in (None, "", [])},
        )


class BodyReplyForm(WhoseForm, ReplyForm):
    """A body's answer, for the organisations that are ticked."""


def member_form(questions: Sequence[SurveyQuestion], *, draft: Typed | None = None) -> ReplyForm:
    """Return the form of a member; what was typed before stands in it."""
    return _form_of(ReplyForm, questions)(questions, **_begun(draft))


def body_form(
    questions: Sequence[SurveyQuestion],
    organisations: Choices,
    *,
    draft: Typed | None = None,
    known: Mapping[uuid.UUID, date | int] | None = None,
) -> BodyReplyForm:
    """Return the form of a body: with what was typed before, or else with what the hub knows already."""
    told = {field_of(each): value for each, value in (known or {}).items()}
    form = _form_of(BodyReplyForm, questions)(questions, data=told, **_begun(draft))
    form.organisations.choices = organisations
    return form


def _form_of(kind: type[F], questions: Sequence[SurveyQuestion]) -> type[F]:
    return type(kind.__name__, (kind,), {field_of(each.id): _field(each) for each in questions})


def _begun(draft: Typed | None) -> dict[str, object]:
    if draft is None:
        return {}
    return {"formdata": MultiDict([(name, value) for name, values in draft.items() for value in values])}


def _field(question: SurveyQuestion) -> Field:
    label = text_here(question.ja, question.en)
    match question.kind:
        case QuestionKind.CHOICE | QuestionKind.SCALE:
            return RadioField(label, [Optional()], coerce=int)
        case QuestionKind.SEVERAL:
            return SelectMultipleField(label, [Optional()], coerce=int)
        case QuestionKind.NUMBER:
            within = NumberRange(min=0, max=LARGEST_NUMBER, message=_l("Enter a number from 0 to 1,000,000"))
            return IntegerField(label, [Optional(), within])
        case QuestionKind.DATE:
            return DateField(label, [Optional()])
        case QuestionKind.TEXT:
            return TextAreaField(label, [Length(max=LONGEST_TEXT, message=_l("Use at most 2000 characters"))])


def _choices(question: SurveyQuestion) -> list[tuple[int, str]]:
    options = [(place, text_here(each["ja"], each["en"])) for place, each in enumerate(question.options)]
    return _steps(options) if question.kind is QuestionKind.SCALE else options


def _steps(ends: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the steps of a scale; the first and the last say what they stand for."""
    named = {1: ends[0][1], SCALE: ends[-1][1]}
    return [(step, f"{step} {named.get(step, '')}".strip()) for step in range(1, SCALE + 1)]


def _value(field: Field) -> Value | None:
    told = field.data
    return told.isoformat() if isinstance(told, date) else told


def typed_of(form: ReplyForm, sent: MultiDict[str, str]) -> Typed:
    """Return what was typed into the fields of the form."""
    return {name: sent.getlist(name) for name in sent if name in form and name != "csrf_token"}


class LinksForm(FlaskForm):
    """The members who are to have a link."""

    everybody = BooleanField(_l("All members that have not answered yet"))
    members = SelectMultipleField(_l("Members"), [Somebody(_l("Choose the members who are to have a link"))])


class BeginForm(FlaskForm):
    """Of which questionnaire a new version is begun."""

    kind = SelectField(choices=offered({each: each for each in Kind}))


class TopicForm(FlaskForm):
    """A ready question to append."""

    topic = SelectField(_l("Ready question"), [InputRequired(_l("Choose a question"))])

    def offer(self, present: Sequence[SurveyQuestion]) -> None:
        """Offer the topics that are not in the version yet."""
        there = {each.topic for each in present}
        self.topic.choices = [
            (topic, text_here(ready.text.ja, ready.text.en))
            for topic, ready in READY.items()
            if topic not in there
        ]


class QuestionForm(FlaskForm):
    """A question of IPA's own; each line of the choices is `Japanese | English`."""

    kind = SelectField(_l("Kind of answer"), [InputRequired(_l("Choose a kind"))])
    ja = StringField(_l("Question in Japanese"), [InputRequired(_l("Write the question")), LENGTH], [plain])
    en = StringField(_l("Question in English"), [InputRequired(_l("Write the question")), LENGTH], [plain])
    options = TextAreaField(_l("Choices, or the two ends of the scale"), [at_most(4000)], [plain])

    def __init__(self, **told: object) -> None:
        super().__init__(**told)
        self.kind.choices = offered(QUESTION_KINDS)

    def value(self) -> Wording:
        """Return the question; call only after validate()."""
        pairs = [line.partition("|") for line in (self.options.data or "").splitlines() if line.strip()]
        return Wording(
            kind=QuestionKind(self.kind.data),
            text=Text(ja=self.ja.data or "", en=self.en.data or ""),
            options=tuple(Text(ja=ja.strip(), en=en.strip()) for ja, _bar, en in pairs),
        )


class UseForm(FlaskForm):
    """That the version is put into use for good."""

    sure = BooleanField(
        _l("I have read every question. From now on this version is asked and cannot be changed."),
        [InputRequired(_l("Confirm that you have read it"))],
    )


class ActForm(FlaskForm):
    """No more than the token."""
