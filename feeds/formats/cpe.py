"""The form of a CPE name: 2.3 as formatted string, 2.2 as URI (NISTIR 7695, sections 6.2 and 6.1)."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

_PART = r"(?:(?:\?*|\*?)(?:[A-Za-z0-9._-]|\\[\\*?!\"#$%&'()+,/:;<=>@\[\]^`{|}~])+(?:\?*|\*?)|[*-])"
_LANGUAGE = r"(?:[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?|[*-])"
_FORMATTED = re.compile(rf"cpe:2\.3:[aho*-](?::{_PART}){{5}}:{_LANGUAGE}(?::{_PART}){{4}}")
_COLON = re.compile(r"(?<!\\):")
_QUOTED = re.compile(r"\\(.)")
_OPEN = frozenset({"*", "-", ""})
_URI = re.compile(r"cpe:/[AHOaho]?(?::[A-Za-z0-9._~%-]*){0,6}")


def is_formatted(name: str) -> bool:
    """Tell whether this is a CPE 2.3 formatted string, the only form that STIX takes."""
    return _FORMATTED.fullmatch(name) is not None


def is_cpe(name: str) -> bool:
    """Tell whether this is a CPE name in either form; CSAF takes both."""
    return is_formatted(name) or _URI.fullmatch(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a CPE name names, without versions: lower case, nothing quoted; an empty `part` means any."""

    part: str
    vendor: str
    product: str


def named(name: str) -> Named | None:
    """Return part, vendor and product of a CPE name; None where it leaves vendor or product open."""
    if is_formatted(name):
        cells = [_QUOTED.sub(r"\1", each) for each in _COLON.split(name)[2:5]]
    elif is_cpe(name):
        cells = [unquote(each) for each in (*name[len("cpe:/") :].split(":"), "", "", "")[:3]]
    else:
        return None
    part, vendor, product = ("" if each in _OPEN else each.casefold() for each in cells)
    return Named(part=part, vendor=vendor, product=product) if vendor and product else None
