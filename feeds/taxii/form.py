"""The form of every STIX 2.1 object, whatever its type: what the store must know, and refuses without."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from feeds.taxii import instants
from hub.core.errors import HubError

SPEC_VERSION = "2.1"
TYPE = re.compile(r"[a-z0-9-]{3,250}")
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ID = re.compile(rf"([a-z0-9-]{{3,250}})--{UUID}")


class MalformedObjectError(HubError):
    """The object does not have the form of STIX 2.1; the text names the property, never its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the store sorts an object by; `version` is None where the object carries no instant."""

    stix_id: str
    type: str
    spec_version: str
    version: str | None


def facts_of(document: bytes) -> Facts:
    """Read a serialised object.

    Raises:
        MalformedObjectError: it is not a STIX 2.1 object by its form.

    """
    try:
        value = orjson.loads(document)
    except orjson.JSONDecodeError:
        raise MalformedObjectError("not JSON") from None
    return facts(value)


def facts(value: object) -> Facts:
    """Read a parsed object (STIX 2.1, sections 2.7, 2.9 and 3.2).

    Raises:
        MalformedObjectError: it is not a STIX 2.1 object by its form.

    """
    if not isinstance(value, dict):
        raise MalformedObjectError("not an object")
    kind, stix_id = identity(value)
    if kind == "bundle":
        raise MalformedObjectError("send the objects of a bundle, not the bundle")
    version = _version(value)
    if value.get("spec_version", None if version else SPEC_VERSION) != SPEC_VERSION:
        raise MalformedObjectError("spec_version must be 2.1")
    return Facts(stix_id=stix_id, type=kind, spec_version=SPEC_VERSION, version=version)


def identity(value: Mapping[str, Any]) -> tuple[str, str]:
    """Return type and id of an object.

    Raises:
        MalformedObjectError: one of them is missing or malformed, or they disagree.

    """
    kind, stix_id = value.get("type"), value.get("id")
    if not isinstance(kind, str) or not TYPE.fullmatch(kind):
        raise MalformedObjectError("type is missing or malformed")
    matched = ID.fullmatch(stix_id) if isinstance(stix_id, str) else None
    if not matched or matched[1] != kind:
        raise MalformedObjectError("id is missing or malformed")
    return kind, matched[0]


def _version(value: Mapping[str, Any]) -> str | None:
    created, modified = _instant(value, "created"), _instant(value, "modified")
    if created is None and modified is None:
        return None
    if created is None or (modified is not None and modified < created):
        raise MalformedObjectError("modified must not be before created")
    return str(value["created"] if modified is None else value["modified"])


def _instant(value: Mapping[str, Any], name: str) -> int | None:
    if name not in value:
        return None
    text = value[name]
    try:
        if isinstance(text, str) and text.endswith("Z"):
            return instants.parse(text)
    except ValueError:
        pass
    raise MalformedObjectError(f"{name} is not an instant in UTC with at most six fractional digits")
