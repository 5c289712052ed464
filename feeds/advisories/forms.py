"""The forms around an advisory but the draft's: consultations, release, revision, lifting, withdrawal."""

import re
import uuid
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypedDict, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from feeds.advisories import words
from feeds.advisories.consulting import Consulted
from feeds.advisories.states import Answer
from feeds.formats.content import Kind, Text
from feeds.formats.stix import USUALLY_PUBLISHED, Part
from hub.core.clock import JST
from hub.web.signing import SignForm

LONGEST = 4000
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_DIGITS = 8  # a longer number may not fit into an integer column


class ImportForm(FlaskForm):
    """A CSAF document."""

    document = FileField(_l("CSAF document (JSON)"), [FileRequired(_l("Choose a file"))])


class ChosenSectorsForm(FlaskForm):
    """The sectors that a person chose for an imported draft."""

    version = HiddenField()
    sectors = SelectMultipleField(_l("Sectors"))

    def prepare(self, names: Mapping[str, str], suggested: Collection[str]) -> "ChosenSectorsForm":
        """Offer these sectors, by code: the suggested ones first, and marked as such."""
        first = {code: _l("%(sector)s (suggested)", sector=names[code]) for code in suggested}
        others = {code: name for code, name in names.items() if code not in first}
        self.sectors.choices = words.offered({**first, **others})
        return self


class ConsultationForm(FlaskForm):
    """What a product developer said."""

    name = StringField(
        _l("Product developer"), [InputRequired(_l("Enter who was consulted")), Length(max=200)]
    )
    asked_on = DateField(_l("Asked on"), [InputRequired(_l("Enter the day on which they were asked"))])
    answer = RadioField(_l("Answer"), choices=words.offered(words.ANSWERS))
    answered_on = DateField(_l("Answered on"), [Optional()])
    reason = TextAreaField(_l("Reason for providing despite an objection or silence"), [Length(max=LONGEST)])

    def value(self) -> Consulted:
        """Return what was typed; call only after validation."""
        return Consulted(
            name=self.name.data or "",
            asked_on=cast(date, self.asked_on.data),
            answer=Answer(self.answer.data),
            answered_on=self.answered_on.data,
            reason=self.reason.data or "",
        )


class IpaForm(FlaskForm):
    """IPA's own record of having been consulted."""

    answer = RadioField(
        _l("IPA's answer"),
        choices=words.offered({each: words.ANSWERS[each] for each in (Answer.AGREED, Answer.OBJECTED)}),
    )
    reason = TextAreaField(_l("Reason, where IPA objects"), [Length(max=LONGEST)])
    confirmed = BooleanField(
        _l("I record this for IPA, having read the notice"), [InputRequired(_l("Confirm this to go on"))]
    )


class SubmitForm(SignForm):
    """The first person's word, signed; `shown` names the possible duplicates that stood on the page."""

    shown = HiddenField()
    looked_at = BooleanField(
        _l("I have looked at the possible duplicates above; this is to be a notice of its own")
    )
    confirmed = BooleanField(
        _l("I have read what would leave and propose to release it to these bodies"),
        [InputRequired(_l("Confirm this to go on"))],
    )

    def looked(self) -> frozenset[uuid.UUID]:
        """Return the advisories that the person says to have looked at; anything odd is none."""
        ids = (self.shown.data or "").split() if self.looked_at.data else []
        return frozenset(uuid.UUID(each) for each in ids if _ID.fullmatch(each))


class ReleaseForm(SignForm):
    """The second person's word, signed."""

    version = HiddenField(validators=[InputRequired()])
    confirmed = BooleanField(
        _l("I have read this revision and release it to the bodies above"),
        [InputRequired(_l("Confirm this to go on"))],
    )


def seen_version(typed: str | None) -> int:
    """Return the version that a page named as the one its reader saw; anything odd is an old one."""
    digits = typed or ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS else 0


class ReviseForm(FlaskForm):
    """What the next revision is."""

    kind = RadioField(
        _l("Kind of the next revision"),
        choices=words.offered(
            {each: words.KINDS[each] for each in (Kind.UPDATE, Kind.CORRECTION, Kind.DATE)}
        ),
    )


class LiftForm(FlaskForm):
    """Which parts are published, and so no longer restricted."""

    parts = SelectMultipleField(
        _l("Parts that are published"),
        choices=words.offered(words.PARTS),
        default=sorted(USUALLY_PUBLISHED),
    )
    confirmed = BooleanField(
        _l("I have compared these parts with what is published"), [InputRequired(_l("Confirm this to go on"))]
    )

    def value(self) -> frozenset[Part]:
        """Return the parts; call only after validation."""
        return frozenset(Part(each) for each in self.parts.data or ())


class WithdrawForm(FlaskForm):
    """Why a notice is withdrawn, and which duties remain."""

    reason_ja = TextAreaField(_l("Reason (Japanese)"), [Length(max=LONGEST)])
    reason_en = TextAreaField(_l("Reason (English)"), [Length(max=LONGEST)])
    duties_ja = TextAreaField(_l("Duties that remain (Japanese)"), [Length(max=LONGEST)])
    duties_en = TextAreaField(_l("Duties that remain (English)"), [Length(max=LONGEST)])
    confirmed = BooleanField(
        _l("I propose to withdraw this notice"), [InputRequired(_l("Confirm this to go on"))]
    )

    def reason(self) -> Text:
        """Return why."""
        return Text(ja=(self.reason_ja.data or "").strip(), en=(self.reason_en.data or "").strip())

    def duties(self) -> Text:
        """Return which duties remain."""
        return Text(ja=(self.duties_ja.data or "").strip(), en=(self.duties_en.data or "").strip())


class SameForm(FlaskForm):
    """Under which tracking ID the notices of a matter go on, since both are one."""

    into = SelectField(_l("Notices go on under"), choices=[])
    reason = TextAreaField(
        _l("Why the two matters are the same"),
        [InputRequired(_l("Enter why the two matters are the same")), Length(max=LONGEST)],
    )
    confirmed = BooleanField(
        _l("I have compared both; no new notice is to come under this tracking ID"),
        [InputRequired(_l("Confirm this to go on"))],
    )


class EarlyForm(FlaskForm):
    """When a matter became public before its date."""

    public_since = DateTimeLocalField(
        _l("Public since (Japan)"),
        [InputRequired(_l("Enter since when it is public"))],
        format="%Y-%m-%dT%H:%M",
    )

    def value(self) -> datetime:
        """Return the instant; call only after validation."""
        return cast(datetime, self.public_since.data).replace(tzinfo=JST).astimezone(UTC)


class LeakSaid(TypedDict):
    """What was typed about a leak."""

    noticed_at: datetime
    how: str
    what: str


class LeakForm(FlaskForm):
    """That something of a matter leaked."""

    noticed_at = DateTimeLocalField(
        _l("Became known at (Japan)"),
        [InputRequired(_l("Enter when it became known"))],
        format="%Y-%m-%dT%H:%M",
    )
    how = TextAreaField(
        _l("How it became known"), [InputRequired(_l("Enter this text")), Length(max=LONGEST)]
    )
    what = TextAreaField(_l("What leaked"), [InputRequired(_l("Enter this text")), Length(max=LONGEST)])

    def value(self) -> LeakSaid:
        """Return what was typed; call only after validation."""
        noticed_at = cast(datetime, self.noticed_at.data).replace(tzinfo=JST).astimezone(UTC)
        return LeakSaid(noticed_at=noticed_at, how=self.how.data or "", what=self.what.data or "")


class LeakDecisionForm(FlaskForm):
    """Whether publication is brought forward because of a leak."""

    move = RadioField(_l("Decision"), choices=words.offered(words.LEAK_MOVES))
    reason = TextAreaField(
        _l("Reason for the decision"),
        [InputRequired(_l("Enter why this was decided")), Length(max=LONGEST)],
    )


class FinderForm(FlaskForm):
    """When IPA told the finder; no name is asked for."""

    outcome = RadioField(
        _l("Was there a report to IPA?"),
        choices=words.offered(
            {"told": _l("Yes, and the finder was told"), "none": _l("There was no report to IPA")}
        ),
    )
    told_on = DateField(_l("Told on"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as WTForms hands it on
        """Ask for the day as well, where the finder was told; an empty day is left alone by itself."""
        good: bool = super().validate(extra_validators)
        if self.outcome.data == "told" and self.told_on.data is None and not self.told_on.errors:
            self.told_on.errors = [_l("Enter the day on which the finder was told")]
            return False
        return good

    def value(self) -> date | None:
        """Return the day, or None where there was no report; call only after validation."""
        return self.told_on.data if self.outcome.data == "told" else None
