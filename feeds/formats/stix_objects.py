"""One STIX 2.1 object for each thing that a notice says; `stix.py` puts them into bundles."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import stix2

from feeds.formats.clock import plain
from feeds.formats.content import (
    OUR_SYSTEM,
    Countermeasure,
    CountermeasureKind,
    Kind,
    Notice,
    Product,
    SectorName,
    Signature,
    Text,
    Vulnerability,
    decision_points,
)
from feeds.formats.cpe import is_formatted
from feeds.formats.handling import statement
from feeds.formats.stix_ids import EXTENSION_ID, HUB_CREATED, IDENTITY_ID, hub_id, millisecond, stix_id
from feeds.formats.texts import both, first_line
from feeds.formats.tlp import Tlp, marking
from hub.core.clock import rfc3339

# What the objects of the stix2 library are to mypy: it brings no types of its own.
StixObject = Any

COUNTERMEASURES = {
    CountermeasureKind.FIX: "修正方法 / Fix",
    CountermeasureKind.WORKAROUND: "回避方法 / Workaround",
    CountermeasureKind.VERIFICATION: "確認方法 / Verification",
}

_FORMS = {
    "cve": re.compile(r"CVE-[0-9]{4}-(?:0[0-9]{3}|[1-9][0-9]{3,})"),
    "capec": re.compile(r"CAPEC-[0-9]+"),
}

_SCHEMA = (
    "Properties of a priority information notice. report: publication_at (RFC 3339), publication_status "
    "(planned, fixed, moved, ended), publication_moves (list of moved_from, moved_to, reason), "
    "revision (integer from 1), kind (new, update, correction, date, "
    "withdrawn, lifted), exploitation (none, poc, active, unknown), automatable (no, yes), "
    "technical_impact (partial, total), not_provided (names of fields that the product developer does not "
    "provide). vulnerability: cvss (list of version, vector, score). software: "
    "purl, cpe_uri. course-of-action: countermeasure (fix, workaround, verification). artifact: profile, "
    "recipient (OpenPGP fingerprint), tracking_id, revision, kind, tlp, seq."
)


def coordinating_body() -> StixObject:
    """Return the identity that creates every object of ours."""
    return stix2.Identity(
        id=IDENTITY_ID,
        created=HUB_CREATED,
        modified=HUB_CREATED,
        name="JPCERT Coordination Center",
        identity_class="organization",
        sectors=["non-profit"],
    )


def extension_definition() -> StixObject:
    """Return the definition of our property extension (STIX 2.1, section 7.3)."""
    return stix2.ExtensionDefinition(
        id=EXTENSION_ID,
        created=HUB_CREATED,
        modified=HUB_CREATED,
        created_by_ref=IDENTITY_ID,
        name="Priority information",
        description="Publication clock, revision and scores of a pre-disclosure advisory",
        schema=_SCHEMA,
        version="1.0.0",
        extension_types=["property-extension"],
    )


def tlp_marking(tlp: Tlp) -> StixObject:
    """Return the official TLP 2.0 marking definition."""
    return stix2.parse(marking(tlp), version="2.1")


def statement_marking(tlp: Tlp) -> StixObject:
    """Return the statement of handling; a changed text is another object, for markings have no versions."""
    words = both(statement(tlp))
    return stix2.MarkingDefinition(
        id=hub_id("marking-definition", words),
        created=HUB_CREATED,
        created_by_ref=IDENTITY_ID,
        name="Priority information",
        definition_type="statement",
        definition={"statement": words},
    )


def sector_identity(sector: SectorName) -> StixObject:
    """Return a sector as an identity of class "class"; its exact code stands in external_references."""
    return stix2.Identity(
        id=hub_id("identity", sector.code),
        created=HUB_CREATED,
        modified=HUB_CREATED,
        created_by_ref=IDENTITY_ID,
        name=sector.ja,
        description=sector.en,
        identity_class="class",
        sectors=list(sector.stix_sectors),
        external_references=[{"source_name": "jp-ci-sector", "external_id": sector.code}],
    )


def extension(**properties: object) -> dict[str, Any]:
    """Return the `extensions` property with those of our properties that have a value."""
    told = {name: value for name, value in properties.items() if value not in (None, "", [])}
    return {EXTENSION_ID: {"extension_type": "property-extension", **told}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all objects of one release share; `part` names an object inside its matter, for ever."""

    notice: Notice
    lifted: bool = False

    @property
    def markings(self) -> list[StixObject]:
        """Return the marking definitions that apply: the label, and the statement unless all is public."""
        tlp = self.notice.tlp
        return [tlp_marking(tlp)] + ([] if tlp is Tlp.CLEAR else [statement_marking(tlp)])

    @property
    def modified(self) -> datetime:
        """Return the version; what is lifted is a version after the sealed one of the same revision."""
        released = max(millisecond(self.notice.released_at), millisecond(self.notice.created))
        return released + timedelta(milliseconds=1 if self.lifted else 0)

    def id(self, object_type: str, part: str) -> str:
        """Return the id of a part of this matter."""
        return stix_id(self.notice.matter_secret, object_type, part)

    def make(self, make: Any, part: str, **properties: object) -> StixObject:  # noqa: ANN401 - stix2 is untyped
        """Return a domain object or relationship with everything that it shares with the others."""
        shared: dict[str, object] = {
            "id": self.id(make._type, part),  # noqa: SLF001 - stix2 has no public name for it
            "created": millisecond(self.notice.created),
            "modified": self.modified,
            "created_by_ref": IDENTITY_ID,
            "object_marking_refs": [each.id for each in self.markings],
        }
        if self.notice.kind is Kind.WITHDRAWN:
            shared["revoked"] = True
        return make(**shared, **{name: value for name, value in properties.items() if value})

    def relate(self, source: StixObject, verb: str, target: StixObject) -> StixObject:
        """Return a relationship; its id hangs on its two ends."""
        return self.make(
            stix2.Relationship,
            f"{source.id}/{verb}/{target.id}",
            source_ref=source.id,
            relationship_type=verb,
            target_ref=target.id,
        )


def vulnerability(frame: Frame, part: str, told: Vulnerability) -> StixObject:
    """Return a vulnerability, with CVE and CWE as external references and CVSS in our extension."""
    known = [_number("cve", told.cve)] if told.cve else []
    known += [{"source_name": "cwe", "external_id": cwe} for cwe in told.cwes]
    scores = [{"version": s.version, "vector": s.vector, "score": s.score} for s in told.scores]
    return frame.make(
        stix2.Vulnerability,
        part,
        name=told.title or told.cve,
        description=both(told.description),
        external_references=known,
        extensions=extension(cvss=scores) if scores else None,
    )


def software(frame: Frame, told: Product) -> StixObject:
    """Return a product; its id is the standard's own UUIDv5, as stix2 makes it."""
    modern = told.cpe if is_formatted(told.cpe) else ""
    other = told.cpe if not modern else ""
    facts = {"vendor": told.vendor, "version": told.versions, "cpe": modern}
    if told.purl or other:
        facts["extensions"] = extension(purl=told.purl, cpe_uri=other)  # type: ignore[assignment]  # the one dict
    return stix2.Software(
        name=told.name,
        object_marking_refs=[each.id for each in frame.markings],
        **{name: value for name, value in facts.items() if value},
    )


def course_of_action(frame: Frame, part: str, told: Countermeasure) -> StixObject:
    """Return a fix, a workaround or a verification."""
    return frame.make(
        stix2.CourseOfAction,
        part,
        name=f"{COUNTERMEASURES[told.kind]}: {first_line(told.text)}",
        description=both(told.text),
        external_references=[_link("", told.url)] if told.url else None,
        extensions=extension(countermeasure=told.kind.value),
    )


def attack_pattern(frame: Frame) -> StixObject:
    """Return the attack method."""
    method = frame.notice.content.attack_method
    return frame.make(stix2.AttackPattern, "attack-method", name=first_line(method), description=both(method))


def indicator(frame: Frame, part: str, told: Signature) -> StixObject:
    """Return a detection rule."""
    description = told.description or f"Signature ({told.type.value})"
    return frame.make(
        stix2.Indicator,
        part,
        name=first_line(Text(ja=description)),
        description=description,
        indicator_types=["malicious-activity"],
        pattern=told.pattern,
        pattern_type=told.type.value,
        valid_from=millisecond(frame.notice.created),
    )


def report(frame: Frame, objects: Sequence[StixObject]) -> StixObject:
    """Return the report that holds the notice together."""
    notice = frame.notice
    points = decision_points(notice.content)
    return frame.make(
        stix2.Report,
        "report",
        name=notice.content.title.best() or notice.tracking_id,
        description="\n\n".join(_description(notice)),
        report_types=["vulnerability"],
        published=millisecond(notice.released_at),
        labels=[notice.kind_word],
        object_refs=[each.id for each in objects] or [IDENTITY_ID],
        external_references=list(_known_as(notice)),
        extensions=extension(
            publication_at=rfc3339(notice.publication_at),
            publication_status=notice.clock_status.value,
            publication_moves=plain(notice.moves),
            revision=notice.revision,
            kind=notice.kind_word,
            exploitation=notice.content.exploitation.value,
            automatable=points.get("automatable"),
            technical_impact=points.get("technical impact"),
            not_provided=list(notice.content.not_provided),
        ),
    )


def _description(notice: Notice) -> Iterator[str]:
    content = notice.content
    if content.title.ja and content.title.en:
        yield content.title.en
    if content.summary:
        yield both(content.summary)
    if content.news:
        yield f"新しい内容 / What is new\n{both(content.news)}"
    for heading, text in (
        ("影響 / Impact", content.impact),
        ("攻撃の可能性 / Likelihood", content.likelihood),
    ):
        if text:
            yield f"{heading}\n{both(text)}"


def _known_as(notice: Notice) -> Iterator[dict[str, str]]:
    yield {"source_name": OUR_SYSTEM, "external_id": notice.tracking_id}
    for alias in notice.aliases:
        yield _number(alias.issuer, alias.number)
    for reference in notice.content.references:
        yield _link(reference.summary, reference.url)


def _number(issuer: str, number: str) -> dict[str, str]:
    # The standard keeps the names cve and capec for numbers of exactly their form (section 2.5.2), and
    # such numbers for these names.
    known = [name for name, form in _FORMS.items() if form.fullmatch(number)]
    other = f"{issuer} (another form)" if issuer.lower() in _FORMS else issuer
    source = known[0] if known else other
    return {"source_name": source, "external_id": number}


def _link(summary: str, url: str) -> dict[str, str]:
    # Not in `url`: stix2-validator --strict (302) then wants a hash of a page that nobody has fetched.
    return {"source_name": "reference", "description": f"{summary} {url}".strip()}
