"""The form of a CPE name: 2.3 as formatted string, 2.2 as URI (NISTIR 7695, sections 6.2 and 6.1)."""

import re

_PART = r"(?:(?:\?*|\*?)(?:[A-Za-z0-9._-]|\\[\\*?!\"#$%&'()+,/:;<=>@\[\]^`{|}~])+(?:\?*|\*?)|[*-])"
_LANGUAGE = r"(?:[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?|[*-])"
_FORMATTED = re.compile(rf"cpe:2\.3:[aho*-](?::{_PART}){{5}}:{_LANGUAGE}(?::{_PART}){{4}}")
_URI = re.compile(r"cpe:/[AHOaho]?(?::[A-Za-z0-9._~%-]*){0,6}")


def is_formatted(name: str) -> bool:
    """Tell whether this is a CPE 2.3 formatted string, the only form that STIX takes."""
    return _FORMATTED.fullmatch(name) is not None


def is_cpe(name: str) -> bool:
    """Tell whether this is a CPE name in either form; CSAF takes both."""
    return is_formatted(name) or _URI.fullmatch(name) is not None
