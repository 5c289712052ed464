"""A field of the draft's form that holds a list: each entry is read, and each bad one named by its place."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import Length, ValidationError

from feeds.advisories import lines
from feeds.advisories.lines import Read

LONGEST = 200_000  # characters


class ListField(TextAreaField):
    """A text of lines, each read by `one`; every bad line is named by its number."""

    def __init__(
        self,
        label: Any,  # noqa: ANN401 - a lazy text
        one: Callable[[str], Any],
        *,
        reader: Callable[[str, Callable[[str], Any]], Read[Any]] = lines.read,
        **others: Any,  # noqa: ANN401 - WTForms' own
    ) -> None:
        super().__init__(label, [Length(max=LONGEST)], render_kw={"spellcheck": "false"}, **others)
        self.one, self.reader = one, reader

    def read(self) -> Read[Any]:
        """Return what the lines say."""
        return self.reader(self.data or "", self.one)

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms hands it in
        """Name every line that cannot be read.

        Raises:
            ValidationError: at least one cannot.

        """
        _refuse(self, self.read().problems)


def _refuse(field: ListField, problems: Iterable[lines.Problem]) -> None:
    """Name the list and each bad entry: in the summary those of all lists stand together.

    Raises:
        ValidationError: there is one.

    """
    where = _l("Line %(number)s: %(reason)s")
    if field.reader is lines.read_blocks:
        where = _l("No. %(place)s (line %(number)s): %(reason)s")
    sentences = [
        str(where) % {"number": each.number, "place": each.place, "reason": _reason(each)}
        for each in problems
    ]
    if sentences:
        said = " / ".join(sentences)
        raise ValidationError(_("%(part)s: %(problem)s", part=field.label.text, problem=said))


def _reason(problem: lines.Problem) -> str:
    said: str = _(problem.reason)
    return f"{said} ({problem.detail})" if problem.detail else said


def refuse_unknown(field: ListField, known: Callable[[Any], bool]) -> None:
    """Name each entry that is about something that its list does not have.

    Raises:
        ValidationError: there is one.

    """
    reason = "It names a product or vulnerability that is not in the list"
    _refuse(
        field,
        (
            lines.Problem(number=number, reason=reason)
            for number, each in field.read().numbered
            if not known(each)
        ),
    )
