"""The form for a change of a body's operation."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from sectors.bodies.states import Move

WORDS = {
    Move.BEGIN_FULL: _l("Begin full operation"),
    Move.SUSPEND: _l("Suspend"),
    Move.PREPARE_AGAIN: _l("Return to preparation"),
    Move.LEAVE: _l("Leave the scheme"),
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
        self.move.choices = [(move.value, WORDS[move]) for move in moves]
