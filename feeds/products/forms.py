"""The forms of a product list: typed, or from a file; every bad line is named by number and column."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, ValidationError

from feeds.products import listed
from feeds.products.listed import Column, Fault, Listed, ListError, Problem

COLUMNS = {Column.VENDOR: _l("Vendor"), Column.PRODUCT: _l("Product"), Column.CPE: _l("CPE")}
FAULTS = {
    Fault.MISSING: _l("nothing is entered"),
    Fault.TOO_LONG: _l("it is too long"),
    Fault.NO_CPE: _l("it is not in the form of CPE 2.3 or 2.2"),
    Fault.TWICE: _l("the product is in the list already"),
    Fault.COLUMNS: _l("a line has two or three columns: vendor, product, CPE"),
    Fault.TOO_MANY_LINES: _l("use at most 5000 lines"),
    Fault.BROKEN: _l("the quotation marks do not match"),
    Fault.NO_TEXT: _l("the file is not a CSV text in UTF-8 or Shift_JIS"),
}
ADD, REPLACE = "add", "replace"
MOST_TOLD = 30  # problems; more help nobody
MOST_DIGITS = 8  # a longer number may not fit into an integer column


class TypedForm(FlaskForm):
    """The whole list, one product a line."""

    version = HiddenField()
    products = TextAreaField(_l("Products, one a line"))
    read: tuple[Listed, ...] = ()

    def validate_products(self, field: TextAreaField) -> None:
        """Name every bad line.

        Raises:
            ValidationError: there is one.

        """
        try:
            self.read = listed.read(field.data or "")
        except ListError as bad:
            _refuse(field, bad)

    @property
    def seen(self) -> int:
        """Return the version of the list that the page showed; anything odd is an old one."""
        digits = self.version.data or ""
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS else -1


class UploadForm(FlaskForm):
    """A CSV file."""

    file = FileField(_l("CSV file"), [FileRequired(_l("Choose a file"))])
    how = RadioField(
        _l("What is done with it"),
        [InputRequired(_l("Choose what is done with the file"))],
        default=ADD,
        choices=[
            SelectChoice(ADD, _l("Add what is not in the list yet")),
            SelectChoice(REPLACE, _l("Replace the whole list")),
        ],
    )
    read: tuple[Listed, ...] = ()

    def validate_file(self, field: FileField) -> None:
        """Name every bad line.

        Raises:
            ValidationError: there is one.

        """
        try:
            self.read = listed.read(listed.decoded(field.data.read()))
        except ListError as bad:
            _refuse(field, bad)


def _refuse(field: Field, bad: ListError) -> None:
    """Say each problem as a sentence of its own, the last as the validator's.

    Raises:
        ValidationError: always.

    """
    told: list[Any] = [_sentence(each) for each in bad.problems[:MOST_TOLD]]
    if len(bad.problems) > MOST_TOLD:
        told.append(_("and %(count)s more", count=len(bad.problems) - MOST_TOLD))
    field.errors = [*field.errors, *told[:-1]]
    raise ValidationError(told[-1])


def _sentence(problem: Problem) -> str:
    fault = FAULTS[problem.fault]
    if problem.column is None:
        return str(_("Line %(line)s: %(fault)s", line=problem.line, fault=fault))
    column = COLUMNS[problem.column]
    return str(_("Line %(line)s, %(column)s: %(fault)s", line=problem.line, column=column, fault=fault))
