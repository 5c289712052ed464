"""The application as a paper in Japanese: blank, or as filled in so far, for the approval inside (決裁)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from wtforms import Field, FormField, RadioField, SelectField, SelectMultipleField, TextAreaField

from hub.core.clock import both_zones
from hub.core.paper import printed
from sectors.applications import members
from sectors.applications.form_parts import PARTS
from sectors.applications.models import AttachmentKind
from sectors.applications.sentences import ATTACHMENTS, REQUIREMENTS
from sectors.applications.submission import FORM_VERSION
from sectors.filling.assembling import kept
from sectors.filling.forms import Offered, StepForm
from sectors.filling.steps import Content, Step
from sectors.filling.words import STEPS
from sectors.requirements.models import Requirement

BLANK = "priority-application-blank.pdf"
FILLED = "priority-application.pdf"
TEMPLATE = "application.typ"
EMPTY_LINES = 12  # of the roster, on the blank form
PLAIN_STEPS = (Step.ORGANISATION, Step.SECTORS, Step.CONTACTS)

Rows = list[tuple[str, str]]


def application(
    content: Content,
    today: Offered,
    *,
    documents: Iterable[tuple[AttachmentKind, str]],
    at: datetime,
    is_blank: bool = False,
) -> bytes:
    """Return the form as PDF, with what was typed so far, whether or not it is right.

    Raises:
        IncompleteError: this machine has no Japanese font.

    """
    with force_locale("ja"):
        values = {
            "title": _("Application for priority information provision"),
            "foot": _("Form, version %(version)s", version=FORM_VERSION),
            "made": "" if is_blank else _("As of %(instant)s", instant=both_zones(at)),
            "note": _("Blank form") if is_blank else _("Not submitted yet: for the approval inside"),
            "approval": _("For approval"),
            "parts": [*_parts(content, today)],
            "roster": _roster(content, today, is_blank=is_blank),
            "measures": [*_measures(content, today)],
            "documents": _documents(documents),
        }
        return printed("sectors.filling", TEMPLATE, values, at=at)


def _parts(content: Content, today: Offered) -> Iterator[dict[str, object]]:
    for step in PLAIN_STEPS:
        form = kept(step, content, today)
        nested = [field for field in form if isinstance(field, FormField)]
        yield {
            "heading": str(STEPS[step]),
            "rows": _rows(field for field in form if field not in nested),
            "parts": [{"heading": str(PARTS[each.name]), "rows": _rows(each.form)} for each in nested],
        }


def _measures(content: Content, today: Offered) -> Iterator[dict[str, object]]:
    form = kept(Step.REQUIREMENTS, content, today)
    for each in Requirement:
        yield {"heading": str(REQUIREMENTS[each]), "rows": _rows(form[each.value].form)}


def _rows(fields: Iterable[Field]) -> Rows:
    return [(str(field.label.text), _said(field)) for field in fields if field.type not in HIDDEN]


HIDDEN = frozenset({"HiddenField", "CSRFTokenField"})


def _said(field: Any) -> str:  # noqa: ANN401 - a field of WTForms, of whichever type
    if isinstance(field, RadioField | SelectMultipleField | SelectField):
        between = "\n" if type(field) is SelectField else "　"
        return between.join(
            f"{'■' if chosen else '□'} {label}" for _value, label, chosen, *_rest in field.iter_choices()
        )
    room = "\n\n\n" if isinstance(field, TextAreaField) else ""  # to write by hand
    return str(field.data or room)


def _roster(content: Content, today: Offered, *, is_blank: bool) -> dict[str, object]:
    form: StepForm = kept(Step.MEMBERS, content, today)
    told: dict[str, object] = {
        "heading": str(STEPS[Step.MEMBERS]),
        "rows": _rows([form["roster_edition"]]),
        "head": [
            _("Name"),
            _("Corporate number"),
            _("Sector"),
            _("Critical-infrastructure operator"),
            _("Memorandum"),
        ],
    }
    if is_blank:
        return told | {"lines": [[""] * 5] * EMPTY_LINES}
    text = form["members"].data or ""
    try:
        read = members.read(text, sectors=today.names)
    except members.RosterError:
        return told | {"raw": text, "lines": []}
    return told | {"lines": [list(members.cells(each, sectors=today.names)) for each in read]}


def _documents(documents: Iterable[tuple[AttachmentKind, str]]) -> dict[str, object]:
    names: dict[AttachmentKind, list[str]] = {kind: [] for kind in AttachmentKind}
    for kind, name in documents:
        names[kind].append(name)
    rows = [
        (str(ATTACHMENTS[kind]), "\n".join(f"■ {name}" for name in named) or "□")
        for kind, named in names.items()
    ]
    return {"heading": str(STEPS[Step.ATTACHMENTS]), "rows": rows}
