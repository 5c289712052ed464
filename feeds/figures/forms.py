"""Of which period and sector figures are wanted; read from the address, so that a link keeps a view."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from feeds.figures import periods
from feeds.figures.periods import Period
from feeds.figures.showing import period_text


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
