"""The forms of an applicant's account and of the formal review."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired

from sectors.applications.form_parts import at_most, filled, offered, plain
from sectors.applications.items import Item
from sectors.applications.models import Tick
from sectors.applications.review import Verdict, Verdicts
from sectors.applications.sentences import CONDITIONS


class RegisterForm(FlaskForm):
    """Who would like to apply."""

    organisation = StringField(
        _l("Name of the organisation"),
        [InputRequired(_l("Enter the name of the organisation")), filled, at_most(200)],
        [plain],
    )
    name = StringField(_l("Your name"), [InputRequired(_l("Enter your name")), filled, at_most(100)], [plain])
    email = EmailField(
        _l("Mail address"),
        [
            InputRequired(_l("Enter your mail address")),
            Email(_l("Enter a mail address such as name@example.jp")),
            at_most(254),
        ],
        [plain],
    )


class WithdrawForm(FlaskForm):
    """The confirmation of a withdrawal: no more than the token."""


class ReviewForm(FlaskForm):
    """An act of a reviewer on the application as the page showed it."""

    version = HiddenField()

    def seen(self) -> int:
        """Return the version that the reviewer saw; a number that was tampered with fits none."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() else -1


class RefuseForm(ReviewForm):
    """Refuse for a named condition."""

    condition = RadioField(
        _l("Condition that is not met"),
        [InputRequired(_l("Choose the condition that is not met"))],
        choices=offered(CONDITIONS),
    )


class CheckForm(ReviewForm):
    """The reviewer's own verdict on every item, and what goes with a return or an acceptance."""

    remarks = TextAreaField(_l("General remarks to the applicant"), [at_most(4000)], [plain])
    other_body_review = TextAreaField(
        _l("Result of the further review (a body that is no ISAC)"), [at_most(4000)], [plain]
    )

    def show(self, standing: Mapping[Item, Tick]) -> "CheckForm":
        """Fill in what reviewers have found so far."""
        for item, tick in standing.items():
            self.tick(item).data, self.remark(item).data = tick.in_order, tick.remark
        return self

    def tick(self, item: Item) -> BooleanField:
        """Return the tick of an item."""
        field: BooleanField = self[_tick(item)]
        return field

    def remark(self, item: Item) -> TextAreaField:
        """Return the remark on an item."""
        field: TextAreaField = self[_remark(item)]
        return field

    def verdicts(self) -> Verdicts:
        """Return what the reviewer says of each item that was looked at."""
        return {
            item: Verdict(in_order=self.tick(item).data, remark=self.remark(item).data or "")
            for item in Item
            if self.tick(item).data or self.remark(item).data
        }


def _tick(item: Item) -> str:
    return f"tick-{item.replace(' ', '-')}"


def _remark(item: Item) -> str:
    return f"remark-{item.replace(' ', '-')}"


for _item in Item:
    setattr(CheckForm, _tick(_item), BooleanField(_l("In order")))
    setattr(
        CheckForm,
        _remark(_item),
        TextAreaField(_l("Remark to the applicant"), [at_most(2000)], [plain], render_kw={"rows": 2}),
    )
