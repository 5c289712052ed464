"""Papers: what people print, sign and file, as tagged PDF in Japanese. The only door to typst.

A template is a file of ours beside the subject that it belongs to (`*.typ`). Values reach it as JSON and are
shown as they are: nothing that somebody typed is read as markup. The same values at the same instant give
the same bytes.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import orjson

from hub.core.errors import IncompleteError

if TYPE_CHECKING:
    import typst

FAMILIES = ("Noto Sans CJK JP", "Noto Sans JP")  # the first that the machine has
NO_FONT = "The machine has no Japanese font to print with."
PACKAGE = "fonts-noto-cjk, or another package with Noto Sans CJK JP"


def printed(package: str, template: str, values: Mapping[str, object], *, at: datetime) -> bytes:
    """Return the PDF of a template that lies in a package, filled with values that JSON can carry.

    Raises:
        IncompleteError: this machine has no Japanese font; a paper of empty boxes is not made.

    """
    import typst  # noqa: PLC0415 - it takes 40 MB, and most processes print nothing

    text = resources.files(package).joinpath(template).read_bytes()
    frame = resources.files("hub.core").joinpath("paper.typ").read_bytes()
    told = {"values": orjson.dumps(values).decode(), "family": _family()}
    made = typst.Compiler(font_paths=_fonts(), sys_inputs=told).compile(
        frame + b"\n" + text, format="pdf", timestamp=int(at.timestamp())
    )
    if not isinstance(made, bytes):
        raise TypeError("typst made no single file")
    return made


def _family() -> str:
    """Return the Japanese family that this machine has."""
    present = set(_fonts().families())
    for family in FAMILIES:
        if family in present:
            return family
    raise IncompleteError(NO_FONT, missing=PACKAGE)


@cache
def _fonts() -> "typst.Fonts":
    import typst  # noqa: PLC0415 - see above

    return typst.Fonts()
