"""What forms and the pages that show them have in common."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField


def show_problems(form: FlaskForm, problems: Mapping[str, str]) -> None:
    """Put a service's problems beside their fields; what has no field stands above the form."""
    for name, said in problems.items():
        if name in form:
            form[name].errors = [*form[name].errors, _(said)]
        else:
            form.form_errors.append(_(said))


def status_of(form: FlaskForm) -> HTTPStatus:
    """Return 422 for a form that is shown again with its problems."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or form.form_errors else HTTPStatus.OK


def day_of(field: DateField) -> date:
    """Return the day that was entered; call only after validation.

    Raises:
        ValueError: there is none.

    """
    if field.data is None:
        raise ValueError("the form was not validated")
    day: date = field.data
    return day
