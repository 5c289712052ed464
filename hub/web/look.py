"""What templates need to know: where they lie, how instants, states, fields and problems are shown."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from babel.dates import format_date, format_datetime
from flask import Flask, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)

from hub.core.clock import JST
from hub.web.state_words import colour_of, text_of

WEB = Path(__file__).parent
STATIC = WEB / "static"

# The first that fits names the kind, so the narrower class stands above the wider.
KINDS: tuple[tuple[type[Field], str], ...] = (
    (SelectMultipleField, "checkboxes"),
    (RadioField, "radios"),
    (SelectField, "select"),
    (BooleanField, "boolean"),
    (FileField, "file"),
    (PasswordField, "password"),
    (TextAreaField, "textarea"),
    (HiddenField, "hidden"),
)


def install_look(app: Flask) -> None:
    """Give the application its templates, filters and the `asset` function; Flask-Babel comes on top."""
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(WEB / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.filters.update(FILTERS)


def asset(name: str) -> str:
    """Return the address of a built file, with a mark that changes when the build does."""
    stamp = STATIC / "stamp"
    mark = stamp.read_text()[:12] if stamp.exists() else "unbuilt"
    return url_for("static", filename=name, v=mark)


def jst_text(instant: datetime) -> str:
    """Write an instant in Japanese time, as the reader's language does."""
    ja = "y年M月d日（EEE）HH:mm"
    pattern = ja if _language() == "ja" else "EEE d MMM y, HH:mm"
    return format_datetime(instant, pattern, tzinfo=JST, locale=_language()) + " JST"


def utc_text(instant: datetime) -> str:
    """Write an instant in UTC, short, to stand under the Japanese time."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def utc_iso(instant: datetime) -> str:
    """Write an instant for the `datetime` attribute."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def day_text(day: date) -> str:
    """Write a calendar day as the reader's language does."""
    return format_date(day, "y年M月d日（EEE）" if _language() == "ja" else "EEE d MMM y", locale=_language())


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "ja"


def field_kind(field: Field) -> str:
    """Say which control shows this field."""
    return next((kind for of, kind in KINDS if isinstance(field, of)), "input")


def choices(field: SelectField) -> list[tuple[object, str, bool]]:
    """Return value, label and whether it is chosen, for radios and checkboxes."""
    return [(value, label, chosen) for value, label, chosen, *_ in field.iter_choices()]


def problems(forms: Iterable[Form | None]) -> list[dict[str, str]]:
    """Return every error of these forms, nested ones too, each linked to the control it is about."""
    return [problem for form in forms if form is not None for problem in _of_form(form)]


def _of_form(form: Form) -> Iterator[dict[str, str]]:
    yield from ({"text": str(text)} for text in form.form_errors)
    for field in form:
        yield from _of_field(field)


def _of_field(field: Field) -> Iterator[dict[str, str]]:
    if isinstance(field, FormField):
        yield from _of_form(field.form)
        return
    for text in sentences(field):
        yield _linked(field, text)
    if isinstance(field, FieldList):
        for entry in field:
            yield from _of_field(entry)


def first_error(field: Field) -> str:
    """Return the sentence that stands beside the field."""
    return next(iter(sentences(field)), "")


def sentences(field: Field) -> list[str]:
    """Return the field's own errors; where a form says only "required", say what is."""
    # A list of fields keeps its entries' errors as lists and dicts among its own sentences.
    own = [str(error) for error in field.errors if not isinstance(error, list | tuple | dict)]
    bare = field.gettext("This field is required.")
    return [_missing(field) if text == bare else text for text in own]


def _missing(field: Field) -> str:
    label = field.label.text
    if field_kind(field) in {"checkboxes", "radios", "select", "file"}:
        return str(_("Choose: %(label)s", label=label))
    return str(_("Enter: %(label)s", label=label))


def _linked(field: Field, text: str) -> dict[str, str]:
    kind = field_kind(field)
    if kind == "hidden":
        return {"text": text}
    return {"text": text, "href": f"#{field.id}-0" if kind in {"radios", "checkboxes"} else f"#{field.id}"}


def cell(value: object) -> dict[str, object]:
    """Return one cell as the table macro takes it: only Markup is left unescaped, nothing becomes a dash."""
    if isinstance(value, Markup):
        return {"html": value}
    return {"text": "–" if value is None or value == "" else str(value)}


def cells(values: Iterable[object]) -> list[dict[str, object]]:
    """Return a row of cells."""
    return [cell(value) for value in values]


def summary_rows(rows: Iterable[Sequence[object]]) -> list[dict[str, object]]:
    """Return rows (label, value[, href, link text]) as the summary macro takes them."""
    return [_summary_row(*row) for row in rows]


def _summary_row(label: object, value: object, href: object = None, link: object = None) -> dict[str, object]:
    row: dict[str, object] = {"key": {"text": str(label)}, "value": cell(value)}
    if href:
        row["actions"] = {"items": [{"href": href, "text": str(link), "visuallyHiddenText": str(label)}]}
    return row


def navigation_items(items: Iterable[object]) -> list[dict[str, object]]:
    """Return the menu (objects with text, href, current) as the navigation macro takes it."""
    return [
        {"text": str(item.text), "href": item.href, "current": item.current}  # type: ignore[attr-defined]  # duck-typed
        for item in items
    ]


def translated(sentence: str) -> str:
    """Return a sentence that is not the template's own in the reader's language, or as it is where none fits.

    A template's own `_()` takes what it is given for safe HTML and for a format: right for a text that stands
    in the template, wrong for what a document, a mail server or a lower layer said.
    """
    return str(_(sentence))


FILTERS = {
    "cells": cells,
    "choices": choices,
    "day_text": day_text,
    "field_kind": field_kind,
    "first_error": first_error,
    "jst_text": jst_text,
    "navigation_items": navigation_items,
    "problems": problems,
    "state_colour": colour_of,
    "state_text": text_of,
    "summary_rows": summary_rows,
    "translated": translated,
    "utc_iso": utc_iso,
    "utc_text": utc_text,
}
