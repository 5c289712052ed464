"""A CVSS vector put together from its base metrics, for those who do not have it at hand."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from feeds.advisories import notation, words
from feeds.advisories.cvss_words import METRICS
from feeds.advisories.lines import LineError

BUILD = "build"  # the name of the buttons that put a vector into the list


class Chosen(InputRequired):
    """A choice that only its own button asks for: it is not marked as required on the form around it."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {}


class VectorForm(Form):
    """The base metrics of one version of CVSS; `vector_forms` adds them."""

    place = IntegerField(
        _l("Number of the vulnerability in the list above"),
        [Chosen(), NumberRange(min=1)],
        default=1,
    )
    version: str = ""
    metrics: tuple[str, ...] = ()

    def vector(self) -> str:
        """Return the vector that was chosen; call after validation."""
        return "/".join([f"CVSS:{self.version}", *(f"{each}:{self[each].data}" for each in self.metrics)])

    def put_into(self, text: str) -> str | None:
        """Return the list of vulnerabilities with the vector in its entry; None if a field is wrong."""
        if not self.validate():
            return None
        try:
            return notation.with_vector(text, self.place.data or 1, self.vector())
        except LineError as refused:
            self.place.errors = [_(str(refused))]
            return None


def vector_forms() -> Mapping[str, VectorForm]:
    """Return a form for each version, filled as it was sent."""
    return {version: _form(version) for version in METRICS}


def asked() -> str:
    """Return for which version of CVSS the request asks for a vector; empty if it does not."""
    version = request.form.get(BUILD, "")
    return version if version in METRICS else ""


def _form(version: str) -> VectorForm:
    choose = {"": _l("Choose")}
    fields: dict[str, Any] = {"version": version, "metrics": tuple(METRICS[version])}
    for metric, (label, values) in METRICS[version].items():
        named = {value: f"{value}: {word}" for value, word in values.items()}
        fields[metric] = SelectField(label, [Chosen()], choices=words.offered(choose | named))
    sent = request.form if request.method == "POST" else None
    made: VectorForm = type("VectorFormOfVersion", (VectorForm,), fields)(
        sent, prefix=f"cvss{version.replace('.', '')}-"
    )
    return made
