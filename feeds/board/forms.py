"""What the board is narrowed down to; read from the address, so that a view can be kept as a link."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from feeds.board.queries import Filters
from feeds.receipts.states import Step
from hub.web.state_words import text_of

ALL = ("", _l("All"))


class BoardForm(FlaskForm):
    """Filters; whatever is none of the choices narrows nothing down."""

    class Meta:
        """A form that is sent by GET changes nothing and needs no token."""

        csrf = False

    notice = StringField(_l("Tracking ID"))
    state = SelectField(_l("Step"), validate_choice=False)
    sector = SelectField(_l("Sector"), validate_choice=False)

    def prepare(self, sectors: Mapping[str, str]) -> "BoardForm":
        """Offer every step, and these sectors by code."""
        self.state.choices = [ALL, *((step.value, text_of(step)) for step in Step)]
        self.sector.choices = [ALL, *sectors.items()]
        self._codes = set(sectors)
        return self

    def value(self) -> Filters:
        """Return what is to be seen."""
        step, sector = self.state.data or "", self.sector.data or ""
        return Filters(
            tracking_id=(self.notice.data or "").strip().upper(),
            step=Step(step) if step in set(Step) else None,
            sector=sector if sector in self._codes else "",
        )
