"""The forms of a question: a contact's, and the coordinator's answer to it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from feeds.advisories.words import offered
from feeds.questions.service import LONGEST_ANSWER, LONGEST_QUESTION, Reply

ONE, ALL = "one", "all"


class QuestionForm(FlaskForm):
    """What a body wants to know about a notice."""

    question = TextAreaField(
        _l("Your question"),
        [
            InputRequired(_l("Enter your question")),
            Length(max=LONGEST_QUESTION, message=_l("Use at most 2000 characters")),
        ],
    )


class ReplyForm(FlaskForm):
    """The answer, and who reads it."""

    answer = TextAreaField(
        _l("Answer"),
        [
            InputRequired(_l("Enter the answer")),
            Length(max=LONGEST_ANSWER, message=_l("Use at most 4000 characters")),
        ],
    )
    to = RadioField(
        _l("Who reads it"),
        [InputRequired(_l("Choose who reads the answer"))],
        choices=offered(
            {
                ONE: _l("Only the body that asked"),
                ALL: _l("Every body that the notice is addressed to; they are not told who asked"),
            }
        ),
    )
    wording = TextAreaField(
        _l("The question as all are to read it"),
        [Length(max=LONGEST_QUESTION, message=_l("Use at most 2000 characters"))],
    )
    unnamed = BooleanField(
        _l("I have read the question and the answer as all read them: nothing hints at who asked")
    )

    def validate_wording(self, field: TextAreaField) -> None:
        """Ask for the question where all read it.

        Raises:
            ValidationError: it is missing.

        """
        if self.to.data == ALL and not (field.data or "").strip():
            raise ValidationError(_("Enter the question as all are to read it"))

    def validate_unnamed(self, field: BooleanField) -> None:
        """Ask for a second look where all read it.

        Raises:
            ValidationError: nobody has looked.

        """
        if self.to.data == ALL and not field.data:
            raise ValidationError(_("Confirm this to go on"))

    def value(self) -> Reply:
        """Return what was typed; call only after validation."""
        typed: Any = self.wording.data if self.to.data == ALL else None
        return Reply(answer=self.answer.data or "", wording=typed)
