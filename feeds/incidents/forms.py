"""The forms of an incident: a body's report, and the staff's note of what was done."""

import uuid
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from feeds.incidents.service import LONGEST_TEXT, Report
from feeds.incidents.states import Kind

KINDS = {
    Kind.LEAK: _l("A leak: priority information has, or may have, reached somebody who may not have it"),
    Kind.MISDELIVERY: _l("A misdelivery: something reached your body that was not meant for it"),
    Kind.OTHER: _l("Something else about the handling of priority information"),
}
_LONG = Length(max=LONGEST_TEXT, message=_l("Use at most 4000 characters"))


class ReportForm(FlaskForm):
    """What happened, and to which notice."""

    kind = RadioField(_l("Kind of report"), [InputRequired(_l("Choose what happened"))])
    notice = SelectField(_l("Notice concerned"), default="")
    text = TextAreaField(_l("Circumstances"), [InputRequired(_l("Enter what is known so far")), _LONG])

    def prepare(self, notices: Mapping[uuid.UUID, str]) -> "ReportForm":
        """Offer the notices (release id and "PI-... r1") that the body may read now."""
        self.kind.choices = [(kind.value, text) for kind, text in KINDS.items()]
        offered = [(str(release_id), name) for release_id, name in notices.items()]
        self.notice.choices = [("", _("None in particular, or not known")), *offered]
        return self

    def value(self) -> Report:
        """Return what was typed; call only after validation."""
        return Report(
            kind=Kind(self.kind.data),
            text=self.text.data or "",
            release_id=uuid.UUID(self.notice.data) if self.notice.data else None,
        )


class NoteForm(FlaskForm):
    """What was done."""

    text = TextAreaField(_l("What was done"), [InputRequired(_l("Enter what was done")), _LONG])
    close = SubmitField()
