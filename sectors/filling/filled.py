"""The form as it begins: empty, or filled with what was filed and came back."""

from collections.abc import Iterator, Mapping
from typing import Any

from sectors.applications import pages
from sectors.applications.submission import Submission
from sectors.filling.assembling import FORMS, leaves
from sectors.filling.steps import Content, Step, Typed


def content_of(submission: Submission, *, names: Mapping[str, str]) -> Content:
    """Return the form's content that shows what was filed; no step counts as saved."""
    told = dict(_flat(pages.filled_in(submission, names=names)))
    steps = {}
    for step in Step:
        fields = leaves(FORMS[step](formdata=None, meta={"csrf": False}))
        pairs = tuple((field.name, value) for field in fields for value in told.get(field.name, ()))
        if pairs:
            steps[step] = Typed(fields=pairs, saves=0)
    return Content(steps=steps)


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}-")
        elif isinstance(value, list):
            yield prefix + name, tuple(map(str, value))
        else:
            yield prefix + name, (str(value),)
