"""The form of an announcement."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from hub.web.forms import day_of
from sectors.announcements.models import Means
from sectors.announcements.service import NewAnnouncement
from sectors.applications.form_parts import at_most, filled, offered, plain

MEANS: dict[Means, LazyString] = {
    Means.LETTER: _l("By letter"),
    Means.MAIL: _l("By mail (electronic)"),
    Means.MEETING: _l("At a meeting"),
    Means.TELEPHONE: _l("By telephone"),
    Means.OTHER: _l("Otherwise"),
}


class AnnouncementForm(FlaskForm):
    """To whom the scheme was announced, and when."""

    industry_body = StringField(
        _l("Industry body"), [InputRequired(_l("Enter the industry body")), filled, at_most(200)], [plain]
    )
    sector = SelectField(_l("Sector"), choices=[])
    addressee = StringField(_l("Department or person that was told"), [at_most(200)], [plain])
    means = RadioField(
        _l("By what means"),
        [InputRequired(_l("Choose by what means"))],
        choices=offered(MEANS),
    )
    announced_on = DateField(_l("Day of the announcement"), [InputRequired(_l("Enter the day"))])
    note = TextAreaField(_l("Note"), [at_most(2000)], [plain])

    def value(self) -> NewAnnouncement:
        """Return what is to be kept; call only after validation."""
        return NewAnnouncement(
            industry_body=self.industry_body.data or "",
            sector_code=self.sector.data or None,
            addressee=self.addressee.data or "",
            means=Means(self.means.data),
            announced_on=day_of(self.announced_on),
            note=self.note.data or "",
        )
