"""The forms with which a contact answers a notice and tells of passing it on."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from feeds.receipts.finding import Standing
from feeds.receipts.service import LONGEST_TEXT, MOST_OPERATORS
from feeds.receipts.states import Choice

CHOICES = {
    Choice.RECEIVED: _l("Received: we have read it"),
    Choice.CHECKING: _l("Checking: we are finding out whether we are affected"),
    Choice.AFFECTED: _l("Affected: the products are in use here or at our members"),
    Choice.NOT_AFFECTED: _l("Not affected: the products are not in use"),
    Choice.FORWARDED: _l("Forwarded: passed to those in charge"),
}

STANDINGS = {
    Standing.NOT_OPENED: _l("Not opened yet"),
    Standing.NOT_ANSWERED: _l("Not answered yet"),
    Standing.RESPONDED: _l("Answered"),
}


class AnswerForm(FlaskForm):
    """What the notice means at the body."""

    choice = RadioField(_l("Your answer"), [InputRequired(_l("Choose your answer"))])
    text = TextAreaField(_l("Remark"), [Length(max=LONGEST_TEXT, message=_l("Use at most 2000 characters"))])

    def __init__(self, **told: object) -> None:
        super().__init__(**told)
        self.choice.choices = [(choice.value, text) for choice, text in CHOICES.items()]

    def value(self) -> Choice:
        """Return the choice; call only after validate()."""
        return Choice(self.choice.data)


class DisseminationForm(FlaskForm):
    """To how many operators the notice was passed on."""

    operators = IntegerField(
        _l("Number of operators"),
        [
            InputRequired(_l("Enter how many operators")),
            NumberRange(min=1, max=MOST_OPERATORS, message=_l("Enter how many operators")),
        ],
    )
