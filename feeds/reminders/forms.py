"""The coordinators' forms: what a call led to, and when is reminded."""

import uuid
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from feeds.reminders.service import LAST_HOUR, LONGEST_REMARK, LONGEST_WAIT
from feeds.reminders.states import Outcome
from feeds.reminders.timing import Quiet, Rule
from sectors.bodies.models import Contact

OUTCOMES = {Outcome.REACHED: _l("Reached"), Outcome.NOT_REACHED: _l("Not reached")}
_WAIT = [
    InputRequired(_l("Enter a number")),
    NumberRange(min=1, max=LONGEST_WAIT, message=_l("Enter a number from 1 to 1000")),
]
_HOUR = [
    InputRequired(_l("Enter a number")),
    NumberRange(min=0, max=LAST_HOUR, message=_l("Enter hours from 0 to 23")),
]


class CallForm(FlaskForm):
    """Whom somebody called, and what came of it."""

    contact = SelectField(_l("Called"), [InputRequired(_l("Choose whom you called"))])
    outcome = RadioField(_l("Result"), [InputRequired(_l("Choose the result"))])
    remark = TextAreaField(
        _l("Remark"), [Length(max=LONGEST_REMARK, message=_l("Use at most 1000 characters"))]
    )

    def prepare(self, contacts: Iterable[Contact]) -> "CallForm":
        """Offer these contacts."""
        self.outcome.choices = [(outcome.value, text) for outcome, text in OUTCOMES.items()]
        self.contact.choices = [(str(each.id), f"{each.name} {each.telephone}") for each in contacts]
        return self

    def value(self) -> tuple[uuid.UUID, Outcome, str]:
        """Return whom, what and the remark; call only after validate()."""
        return uuid.UUID(self.contact.data), Outcome(self.outcome.data), self.remark.data or ""


class RuleForm(FlaskForm):
    """When a kind of notice is reminded of."""

    urgent = BooleanField(_l("Urgent: counted in hours, at any hour of any day"))
    first = IntegerField(_l("First reminder, to those who receive"), _WAIT)
    second = IntegerField(_l("Second reminder, to the same"), _WAIT)
    deputy = IntegerField(_l("Reminder to the deputies"), _WAIT)
    call = IntegerField(_l("Onto the call list"), _WAIT)

    def value(self) -> Rule:
        """Return the rule; call only after validate()."""
        return Rule(
            urgent=bool(self.urgent.data),
            first=self.first.data or 0,
            second=self.second.data or 0,
            deputy=self.deputy.data or 0,
            call=self.call.data or 0,
        )


class QuietForm(FlaskForm):
    """When nobody is reminded of what is not urgent."""

    begins = IntegerField(_l("Quiet from (hour in Japan)"), _HOUR)
    ends = IntegerField(_l("Quiet until (hour in Japan)"), _HOUR)
    closed_days = BooleanField(_l("Quiet on Saturdays, Sundays, holidays and 29 December to 3 January, too"))

    def value(self) -> Quiet:
        """Return the quiet hours; call only after validate()."""
        return Quiet(
            begins=self.begins.data or 0, ends=self.ends.data or 0, closed_days=bool(self.closed_days.data)
        )
