"""The forms for a change of a body's operation."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from feeds.operation.service import Decision
from feeds.operation.states import Move as TrialMove
from hub.web.forms import day_of, show_problems
from sectors.applications.form_parts import offered
from sectors.bodies.states import Move

WORDS = {
    Move.SUSPEND: _l("Suspend"),
    Move.PREPARE_AGAIN: _l("Return to preparation"),
    Move.LEAVE: _l("Leave the scheme"),
}
DECISIONS = {
    TrialMove.DECIDE_FULL: _l("Full operation"),
    TrialMove.EXTEND: _l("A further trial period"),
    TrialMove.END: _l("The end; the body leaves the scheme"),
}


class MoveForm(FlaskForm):
    """A move and the reason for it, which is recorded."""

    move = RadioField(_l("Change"), [InputRequired(_l("Choose what changes"))])
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Enter the reason; it is recorded")),
            Length(max=500, message=_l("Use at most 500 characters")),
        ],
    )

    def __init__(self, moves: Iterable[Move]) -> None:
        super().__init__()
        self.move.choices = [(move.value, WORDS[move]) for move in moves if move in WORDS]


class TrialForm(FlaskForm):
    """The period of a trial that begins."""

    ends_on = DateField(_l("Last day of the trial period"), [Optional()])


class DecisionForm(FlaskForm):
    """The consultation at the end of a trial period, and what it decided."""

    decision = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose what was decided"))],
        choices=offered(DECISIONS),
    )
    consulted_on = DateField(_l("Day of the consultation"), [InputRequired(_l("Enter a day"))])
    consultation = TextAreaField(
        _l("Consultation"),
        [
            InputRequired(_l("Record the consultation")),
            Length(max=4000, message=_l("Use at most %(max)d characters")),
        ],
    )
    further_until = DateField(_l("Last day of the further period"), [Optional()])

    def value(self) -> Decision:
        """Return what was entered; call only after validation."""
        return Decision(
            made=TrialMove(self.decision.data),
            consulted_on=day_of(self.consulted_on),
            consultation=self.consultation.data or "",
            ends_on=self.further_until.data,
        )

    def show(self, problems: Mapping[str, str]) -> None:
        """Put the service's sentences beside the fields they are about."""
        names = {"ends_on": "further_until"}
        show_problems(self, {names.get(field, field): problem for field, problem in problems.items()})
