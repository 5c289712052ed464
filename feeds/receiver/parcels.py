"""What is handed on of a copy: plain STIX and CSAF files under one name, and one bundle with everything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from feeds.formats.content import DRILL
from feeds.formats.envelope import Manifest, Opened
from hub.core.clock import rfc3339
from hub.core.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One notice in clear; `name` is made of checked parts and serves as a file name.

    `repeat` tells that handing it on was begun before, `missing` the numbers that never came.
    """

    name: str
    manifest: Manifest
    opened: Opened = field(repr=False)
    follows_gap: bool = False
    missing: Sequence[int] = ()
    repeat: bool = False

    @property
    def kind(self) -> str:
        """Return what machines read as its kind."""
        return DRILL if self.manifest.drill else self.manifest.kind.value

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield each file with its name."""
        yield "bundle.stix.json", self.opened.bundle
        for number, note in enumerate(self.opened.notes, start=1):
            yield f"sector-{number}.stix.json", note
        if self.opened.csaf is not None:
            yield "advisory.csaf.json", self.opened.csaf
        yield "about.json", orjson.dumps(self.about(), option=orjson.OPT_INDENT_2)

    def about(self) -> dict[str, Any]:
        """Return what tools sort a notice by."""
        told = self.manifest
        return {
            "id": self.name,
            "tracking_id": told.tracking_id,
            "revision": told.revision,
            "kind": self.kind,
            "seq": told.seq,
            "issued": rfc3339(told.issued),
            "follows_gap": self.follows_gap,
            "missing": list(self.missing),
        }

    def objects(self) -> list[dict[str, Any]]:
        """Return the objects of the bundle and of the sectors' notes, each once."""
        bundles = [orjson.loads(each) for each in (self.opened.bundle, *self.opened.notes)]
        found = {each["id"]: each for bundle in reversed(bundles) for each in bundle["objects"]}
        return list(found.values())

    def whole(self) -> bytes:
        """Return one STIX bundle with everything in it."""
        return orjson.dumps(orjson.loads(self.opened.bundle) | {"objects": self.objects()})

    def report(self) -> str:
        """Return the id of the report, which a receipt is about."""
        return next(str(each["id"]) for each in self.objects() if each.get("type") == "report")


def name_of(manifest: Manifest) -> str:
    """Return the name of a copy; the envelope's reader has checked the form of each part."""
    return f"{manifest.tracking_id}-r{manifest.revision}-s{manifest.seq}"


def require_bundles(opened: Opened) -> None:
    """Check that a copy holds what is handed on.

    Raises:
        InputError: a bundle or the sectors' notes are no bundles of objects, or there is no report.

    """
    reports = 0
    for document in (opened.bundle, *opened.notes):
        objects = orjson.loads(document).get("objects")
        if not isinstance(objects, list) or not all(_is_object(each) for each in objects):
            raise InputError({"bundle": "not a bundle of objects"})
        reports += sum(each["type"] == "report" for each in objects)
    if reports != 1:
        raise InputError({"bundle": "not one report"})


def _is_object(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str) and isinstance(value.get("type"), str)


def said_at(instant: datetime) -> str:
    """Return an instant as part of a file name."""
    return instant.strftime("%Y%m%dT%H%M%SZ")
