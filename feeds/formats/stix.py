"""A notice as STIX 2.1 bundles: for everybody addressed, for one sector, and for all once it is public.

A pure function of its arguments: the same release gives the same bytes, whoever it is for.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

import orjson
import stix2
from stix2.exceptions import STIXError

from feeds.formats import stix_objects as make
from feeds.formats.content import (
    Content,
    CountermeasureKind,
    Notice,
    SectorName,
    Signature,
    Text,
    affected_by,
)
from feeds.formats.stix_ids import HUB_CREATED
from feeds.formats.stix_objects import Frame, StixObject
from feeds.formats.texts import both
from feeds.formats.tlp import Tlp
from hub.core.errors import InputError

_Value = TypeVar("_Value")


class Part(StrEnum):
    """What of a notice a coordinator may confirm as published; sector texts never are."""

    SUMMARY = "summary"
    PRODUCTS = "products"
    VULNERABILITIES = "vulnerabilities"
    COUNTERMEASURES = "countermeasures"
    REFERENCES = "references"
    LIKELIHOOD = "likelihood"
    IMPACT = "impact"
    ATTACK_METHOD = "attack-method"
    SIGNATURES = "signatures"


USUALLY_PUBLISHED = frozenset(Part) - {Part.ATTACK_METHOD, Part.SIGNATURES, Part.LIKELIHOOD, Part.IMPACT}

_FIELDS = {
    Part.SUMMARY: ("title", "summary", "acknowledgements"),
    Part.PRODUCTS: ("products",),
    Part.VULNERABILITIES: ("vulnerabilities",),
    Part.COUNTERMEASURES: ("countermeasures",),
    Part.REFERENCES: ("references",),
    Part.LIKELIHOOD: ("likelihood", "exploitation", "automatable", "technical_impact"),
    Part.IMPACT: ("impact",),
    Part.ATTACK_METHOD: ("attack_method",),
    Part.SIGNATURES: ("signatures",),
}


def bundle(notice: Notice) -> bytes:
    """Return the release as one STIX 2.1 bundle, the same for every recipient.

    Raises:
        InputError: the content cannot be written as STIX (a signature that is no STIX pattern).

    """
    return _bundle(Frame(notice=notice), f"release/{notice.revision}")


def lifted_bundle(notice: Notice, *, parts: frozenset[Part] = USUALLY_PUBLISHED) -> bytes:
    """Return the parts that are confirmed as published, re-marked TLP:CLEAR.

    Raises:
        InputError: as for `bundle`.

    """
    public = replace(notice, tlp=Tlp.CLEAR, content=published(notice.content, parts), moves=())
    return _bundle(Frame(notice=public, lifted=True), f"lifted/{notice.revision}")


def published(content: Content, parts: frozenset[Part]) -> Content:
    """Return the content with nothing in it but these parts."""
    kept = {name: getattr(content, name) for part in parts for name in _FIELDS[part]}
    return Content(**{"title": Text(), **kept})


def sector_note(notice: Notice, sector: SectorName, text: Text) -> bytes:
    """Return the impact on one sector, in a bundle of its own that refers to the report."""
    frame = Frame(notice=notice)
    target = make.sector_identity(sector)
    note = frame.make(
        stix2.Note,
        f"sector/{sector.code}",
        abstract=f"{sector.ja}分野への影響",
        content=both(text),
        object_refs=[frame.id("report", "report"), target.id],
    )
    objects = [make.coordinating_body(), *frame.markings, target, note]
    return _serialised(frame, f"sector/{sector.code}/{notice.revision}", objects)


def artifact(
    payload: bytes,
    *,
    recipient: str,
    kind: str,
    tlp: Tlp,
    tracking_id: str | None = None,
    revision: int | None = None,
    seq: int | None = None,
) -> bytes:
    """Return a sealed copy as the object that a collection stores; a heartbeat has no matter and no seq.

    `payload` is one binary OpenPGP message, `recipient` the primary fingerprint it is sealed to.
    """
    sealed = stix2.Artifact(
        mime_type="application/pgp-encrypted",
        payload_bin=base64.b64encode(payload).decode(),
        hashes={"SHA-256": hashlib.sha256(payload).hexdigest()},
        encryption_algorithm="mime-type-indicated",
        object_marking_refs=[tlp.marking_id],
        extensions=make.extension(
            profile="pi-envelope/1",
            recipient=recipient,
            tracking_id=tracking_id,
            revision=revision,
            kind=kind,
            tlp=tlp.value,
            seq=seq,
        ),
    )
    return _bytes(sealed)


def signature_problem(signature: Signature) -> str | None:
    """Return why a signature cannot be carried, or None; only STIX patterns have a grammar known here."""
    if not signature.pattern.strip():
        return "the pattern is empty"
    try:
        stix2.Indicator(pattern=signature.pattern, pattern_type=signature.type.value, valid_from=HUB_CREATED)
    except STIXError as error:
        return str(error)
    return None


def _bundle(frame: Frame, part: str) -> bytes:
    for number, signature in enumerate(frame.notice.content.signatures, 1):
        if problem := signature_problem(signature):
            raise InputError({"signatures": f"{number}: {problem}"})
    # Two lines of one product are one object: its id follows from what it says.
    told = list({each.id: each for each in _told(frame)}.values())
    said = [each for each in told if each.type != "relationship"]
    objects = [
        make.coordinating_body(),
        *frame.markings,
        make.extension_definition(),
        *said,
        *(each for each in told if each.type == "relationship"),
        make.report(frame, said),
    ]
    return _serialised(frame, part, objects)


def _told(frame: Frame) -> Iterator[StixObject]:
    content = frame.notice.content
    weaknesses = [
        make.vulnerability(frame, part, told)
        for part, told in _parts(content.vulnerabilities, lambda each: each.cve or f"issue/{each.title}")
    ]
    yield from weaknesses
    yield from _products(frame, weaknesses)
    yield from _countermeasures(frame, weaknesses)
    yield from _attacks(frame, weaknesses)


def _products(frame: Frame, weaknesses: Sequence[StixObject]) -> Iterator[StixObject]:
    content = frame.notice.content
    for told, weakness in zip(content.vulnerabilities, weaknesses, strict=True):
        for product in affected_by(content, told):
            software = make.software(frame, product)
            yield software
            yield frame.relate(software, "related-to", weakness)
    if not weaknesses:
        yield from (make.software(frame, product) for product in content.products)


def _countermeasures(frame: Frame, weaknesses: Sequence[StixObject]) -> Iterator[StixObject]:
    for part, told in _parts(frame.notice.content.countermeasures, lambda each: each.kind.value):
        action = make.course_of_action(frame, part, told)
        yield action
        verb = "related-to" if told.kind is CountermeasureKind.VERIFICATION else "mitigates"
        for weakness, about in zip(weaknesses, frame.notice.content.vulnerabilities, strict=True):
            if not told.vulnerabilities or about.label in told.vulnerabilities:
                yield frame.relate(action, verb, weakness)


def _attacks(frame: Frame, weaknesses: Sequence[StixObject]) -> Iterator[StixObject]:
    content = frame.notice.content
    methods = [make.attack_pattern(frame)] if content.attack_method else []
    yield from methods
    yield from (frame.relate(method, "targets", weakness) for method in methods for weakness in weaknesses)
    for part, told in _parts(content.signatures, lambda each: each.type.value):
        indicator = make.indicator(frame, part, told)
        yield indicator
        yield from (frame.relate(indicator, "indicates", method) for method in methods)
        if not methods:
            yield from (frame.relate(indicator, "related-to", weakness) for weakness in weaknesses)


def _parts(values: Iterable[_Value], name: Callable[[_Value], str]) -> Iterator[tuple[str, _Value]]:
    """Name each value for its id; those of one name are counted, so that a revision keeps the ids."""
    counts: Counter[str] = Counter()
    for value in values:
        counts[name(value)] += 1
        yield f"{name(value)}#{counts[name(value)]}", value


def _serialised(frame: Frame, part: str, objects: Sequence[StixObject]) -> bytes:
    return _bytes(stix2.Bundle(id=frame.id("bundle", part), objects=list(objects)))


def _bytes(made: StixObject) -> bytes:
    return orjson.dumps(orjson.loads(made.serialize()))
