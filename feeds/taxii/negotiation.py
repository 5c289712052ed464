"""Content negotiation: is the TAXII media type acceptable (RFC 9110, 12.5.1), is a body of that type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MEDIA_TYPE = "application/taxii+json;version=2.1"
STIX_MEDIA_TYPE = "application/stix+json;version=2.1"
VERSION = "2.1"
LONGEST = 1000  # characters of a header worth reading
CLOSENESS = {"*/*": 0, "application/*": 1, "application/taxii+json": 2}

QUOTED = r'"(?:[^"\\]|\\.)*"'
ELEMENT = re.compile(rf'(?:[^,"]|{QUOTED})+')
PART = re.compile(rf'(?:[^;"]|{QUOTED})+')
WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
RANGE = re.compile(rf"{WORD}/{WORD}")
PARAMETER = re.compile(rf"({WORD})=({WORD}|{QUOTED})")
QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class MediaRange:
    """A media range in small letters, with its parameters."""

    name: str
    parameters: dict[str, str]


@lru_cache(maxsize=128)  # tools send the same one for ever
def acceptable(accept: str | None) -> bool:
    """Tell whether a client takes TAXII 2.1; no header at all means that it takes anything.

    The closest range that covers the media type decides, as `q=0` on it refuses what `*/*` would allow.
    A range without a version means the newest (TAXII 2.1, 1.6.8).
    """
    if accept is None:
        return True
    if len(accept) > LONGEST:
        return False
    judged = [
        (CLOSENESS[offered.name] + ("version" in offered.parameters), _quality(offered))
        for offered in _ranges(accept)
        if offered.name in CLOSENESS and offered.parameters.get("version", VERSION) == VERSION
    ]
    return bool(judged) and max(judged)[1] > 0


def is_taxii(content_type: str | None) -> bool:
    """Tell whether a body declares itself as TAXII 2.1, in UTF-8 if it says a charset at all."""
    declared = _range(content_type or "")
    if declared is None or declared.name != "application/taxii+json":
        return False
    settings = {"version": VERSION, "charset": "utf-8"} | declared.parameters
    settings["charset"] = settings["charset"].lower()
    return settings == {"version": VERSION, "charset": "utf-8"}


def _ranges(header: str) -> Iterator[MediaRange]:
    for element in ELEMENT.findall(header):
        if parsed := _range(element):
            yield parsed


def _range(text: str) -> MediaRange | None:
    if len(text) > LONGEST:
        return None
    name, *rest = [part.strip() for part in PART.findall(text)] or [""]
    parameters = [PARAMETER.fullmatch(part) for part in rest if part]
    if not RANGE.fullmatch(name) or None in parameters:
        return None
    return MediaRange(name.lower(), {found[1].lower(): _unquoted(found[2]) for found in parameters if found})


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _quality(offered: MediaRange) -> float:
    text = offered.parameters.get("q", "1")
    return float(text) if QUALITY.fullmatch(text) else 0
