"""The forms of the list of sectors."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, Length, Regexp

from hub.web.forms import day_of
from sectors.catalogue.service import NewSector
from sectors.catalogue.stix_words import WORDS


def _stripped(value: str | None) -> str | None:
    return value.strip() if isinstance(value, str) else value


class SectorForm(FlaskForm):
    """A sector that a revision of the guideline has added."""

    code = StringField(
        _l("Code"),
        [
            DataRequired(_l("Enter a code")),
            Regexp(r"^[a-z][a-z0-9-]{1,31}$", message=_l("Use 2 to 32 small Latin letters, digits, hyphens")),
        ],
        [_stripped],
    )
    ja = StringField(
        _l("Name (Japanese)"), [DataRequired(_l("Enter the Japanese name")), Length(max=60)], [_stripped]
    )
    en = StringField(
        _l("Name (English)"), [DataRequired(_l("Enter the English name")), Length(max=60)], [_stripped]
    )
    stix_sectors = SelectMultipleField(
        _l("Words of STIX for it"),
        [DataRequired(_l("Choose at least one word"))],
        choices=[SelectChoice(word, word) for word in sorted(WORDS)],
    )
    guideline = StringField(
        _l("Revision of the guideline that names it"),
        [DataRequired(_l("Cite the revision of the guideline")), Length(max=200)],
        [_stripped],
    )
    valid_from = DateField(_l("First day on which it holds"), [DataRequired(_l("Enter the day"))])

    def value(self) -> NewSector:
        """Return the sector; call only after validation."""
        return NewSector(
            code=self.code.data or "",
            ja=self.ja.data or "",
            en=self.en.data or "",
            stix_sectors=tuple(self.stix_sectors.data or ()),
            guideline=self.guideline.data or "",
            valid_from=day_of(self.valid_from),
        )


class EndForm(FlaskForm):
    """A sector that a revision of the guideline has taken away."""

    valid_to = DateField(_l("First day on which it does not hold"), [DataRequired(_l("Enter the day"))])
    guideline = StringField(
        _l("Revision of the guideline that ends it"),
        [DataRequired(_l("Cite the revision of the guideline")), Length(max=200)],
        [_stripped],
    )


class EditionForm(FlaskForm):
    """An edition of the action plan."""

    name = StringField(
        _l("Name of the edition"), [DataRequired(_l("Enter the name")), Length(max=200)], [_stripped]
    )
    decided_on = DateField(_l("Day of the decision"), [DataRequired(_l("Enter the day"))])
