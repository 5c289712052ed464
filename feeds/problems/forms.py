"""The forms of the log of problems."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from sectors.applications.form_parts import at_most, filled, plain


class ProblemForm(FlaskForm):
    """A problem that was met."""

    text = TextAreaField(
        _l("What happened"), [InputRequired(_l("Write what happened")), filled, at_most(4000)], [plain]
    )


class SolutionForm(FlaskForm):
    """How it was solved."""

    solution = TextAreaField(
        _l("How it was solved"),
        [InputRequired(_l("Write how it was solved")), filled, at_most(4000)],
        [plain],
    )


class AgainForm(FlaskForm):
    """No more than the token."""
