"""Of which period and sector figures are wanted; read from the address, so that a link keeps a view."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, SelectField
from wtforms.validators import InputRequired, ValidationError

from feeds.figures import periods
from feeds.figures.periods import FIRST_YEAR, LAST_YEAR, Days, Period, Span
from feeds.figures.showing import period_text
from hub.core.errors import InputError
from hub.web.forms import day_of

LONGEST = 10  # years


class WantedForm(FlaskForm):
    """A period, and for staff a sector; whatever is none of the choices is the first of them."""

    class Meta:
        """A form that is sent by GET changes nothing and needs no token."""

        csrf = False

    period = SelectField(_l("Period"), validate_choice=False)
    sector = SelectField(_l("Sector"), validate_choice=False)

    def prepare(self, offered: Sequence[Period], sectors: Mapping[str, str]) -> "WantedForm":
        """Offer these periods, the first unless another is chosen, and these sectors by code."""
        self.period.choices = [(str(each), period_text(each)) for each in offered]
        self.sector.choices = [("", _l("All")), *sectors.items()]
        chosen = periods.read(self.period.data or "")
        self.chosen: Period = chosen if chosen is not None and chosen in offered else offered[0]
        self.code = self.sector.data if self.sector.data in sectors else ""
        self.period.data, self.sector.data = str(self.chosen), self.code
        return self


def _of_the_scheme(_form: Form, field: DateField) -> None:
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_("Enter a day of %(year)s or later", year=FIRST_YEAR))


class DaysForm(FlaskForm):
    """Days of one's own choice, and for staff a sector."""

    class Meta:
        """A form that is sent by GET changes nothing and needs no token."""

        csrf = False

    since = DateField(_l("First day"), [InputRequired(_l("Enter the first day")), _of_the_scheme])
    until = DateField(_l("Last day"), [InputRequired(_l("Enter the last day")), _of_the_scheme])
    sector = SelectField(_l("Sector"), validate_choice=False, id="days-sector")

    def validate_until(self, field: DateField) -> None:
        """Refuse an end before the begin, and what is longer than figures compare."""
        if self.since.data is None or field.data is None:
            return
        if field.data < self.since.data:
            raise ValidationError(_("Enter a last day that is not before the first"))
        if field.data.year - self.since.data.year > LONGEST:
            raise ValidationError(_("Choose at most %(years)s years", years=LONGEST))

    def value(self) -> Days:
        """Return the days; call only after validate()."""
        return Days(day_of(self.since), day_of(self.until))


class Wanted:
    """What an address asks for: one of the periods that are offered, or days of one's own choice.

    `is_free` tells of the latter; `span` is None where what was typed is none; `address` keeps the view in a
    link.
    """

    def __init__(
        self, args: MultiDict[str, str], offered: Sequence[Period], sectors: Mapping[str, str]
    ) -> None:
        self.is_free = "since" in args or "until" in args
        self.form = WantedForm(args).prepare(offered, sectors)
        self.days = DaysForm(args if self.is_free else MultiDict())
        self.days.sector.choices = self.form.sector.choices
        self.sector = self.days.sector.data = self.form.code
        self.span: Span | None = self.form.chosen
        if self.is_free:
            self.span = self.days.value() if self.days.validate() else None

    @property
    def address(self) -> dict[str, str | None]:
        """Return the names and values that ask for the same."""
        return {**self.whole().address, "sector": self.sector or None}

    def whole(self) -> Span:
        """Return the period.

        Raises:
            InputError: the days that were typed are none.

        """
        if self.span is None:
            raise InputError({name: said[0] for name, said in self.days.errors.items()})
        return self.span
