"""The form of a search, for staff and for contacts.

It is sent by POST: a search term tells what a matter is about, and what stands in an address is kept by
proxies' access logs, browsers' histories and the Referer of the next page. The pages of a result are
buttons of the same form. Nothing of it is logged.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from feeds.advisories import words
from feeds.advisories.draft_form import EARLIEST, LATEST
from feeds.advisories.finding import Wanted
from feeds.formats.content import Kind

LONGEST = 200
_SHORT = Length(max=LONGEST, message=_l("Use at most 200 characters"))


class SearchForm(FlaskForm):  # type: ignore[misc] # flask_wtf brings no types
    """What is looked for; an empty field narrows nothing down."""

    number = StringField(_l("Number of the matter"), [_SHORT])
    words = StringField(_l("Words"), [_SHORT])
    state = SelectField(_l("State"), default="")
    kind = SelectField(_l("Kind"), default="")
    since = DateField(_l("From day"), [Optional()])
    until = DateField(_l("Until"), [Optional()])
    page = IntegerField(validators=[Optional()])

    def prepare(self, states: Mapping[Any, object]) -> "SearchForm":
        """Offer these states, and every kind of notice."""
        self.state.choices = words.offered({"": _l("All"), **states})
        self.kind.choices = words.offered({"": _l("All"), **words.KINDS})
        return self

    def validate_since(self, field: DateField) -> None:
        """Refuse years that cannot be meant.

        Raises:
            ValidationError: the year is far away.

        """
        _refuse_far_away(field)

    def validate_until(self, field: DateField) -> None:
        """Refuse years that cannot be meant, and days that end before they begin.

        Raises:
            ValidationError: it is one of these.

        """
        _refuse_far_away(field)
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_("This day is before the first one"))

    def value(self) -> Wanted:
        """Return what is looked for; call only after validation."""
        return Wanted(
            number=self.number.data or "",
            words=self.words.data or "",
            state=self.state.data or "",
            kind=Kind(self.kind.data) if self.kind.data else None,
            since=self.since.data,
            until=self.until.data,
        )


def _refuse_far_away(field: DateField) -> None:
    if field.data and not EARLIEST <= field.data.year <= LATEST:
        raise ValidationError(_("Enter a date of this century"))
