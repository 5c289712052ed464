"""The match parameters of TAXII 2.1 (section 3.4): parsed once, then conditions of the one statement."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from feeds.taxii import form, instants
from feeds.taxii.models import OBJECTS
from feeds.taxii.problems import malformed

MOST_VALUES = 200  # of one parameter; far below what a statement may bind
FIELD = re.compile(r"match\[(.*)\]", re.DOTALL)
SPEC_VERSION = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}")
WORDS = frozenset({"all", "first", "last"})
OF_A_COLLECTION = frozenset({"id", "type", "spec_version", "version"})
OF_AN_OBJECT = frozenset({"spec_version", "version"})
OF_VERSIONS = frozenset({"spec_version"})

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a reader asks for; empty tuples match everything, versions are words or microseconds."""

    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    spec_versions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()

    def digest(self) -> bytes:
        """Return what stands for this filter inside a `next`."""
        return hashlib.sha256(repr(self).encode()).digest()

    def of(self, stix_id: str) -> "Match":
        """Return the same filter for one object alone."""
        return replace(self, ids=(stix_id,))

    @property
    def form(self) -> "Form":
        """Return which filters are there: what a statement is made from."""
        return Form(
            ids=bool(self.ids),
            types=bool(self.types),
            spec_versions=bool(self.spec_versions),
            words=self.words,
            versions=bool(self.versions),
        )

    @property
    def values(self) -> dict[str, Sequence[object]]:
        """Return what goes into a statement of this form."""
        given: dict[str, Sequence[object]] = {
            "ids": self.ids,
            "types": self.types,
            "spec_versions": self.spec_versions,
            "versions": self.versions,
        }
        return {name: values for name, values in given.items() if values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Which filters a statement has, whatever their values; there are few, so statements are kept."""

    ids: bool
    types: bool
    spec_versions: bool
    words: tuple[str, ...]
    versions: bool

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return the conditions that a stored version must meet."""
        wanted = (
            (self.ids, OBJECTS.c.stix_id.in_(_several("ids"))),
            (self.types, OBJECTS.c.type.in_(_several("types"))),
            (self.spec_versions, OBJECTS.c.spec_version.in_(_several("spec_versions"))),
        )
        return [condition for given, condition in wanted if given] + [self._version()]

    def _version(self) -> sa.ColumnElement[bool]:
        shown = sa.not_(OBJECTS.c.hidden)
        if "all" in self.words:
            return shown
        either: list[sa.ColumnElement[bool]] = []
        if "first" in self.words:
            either.append(OBJECTS.c.earliest == sa.true())
        if "last" in self.words:
            either.append(OBJECTS.c.latest == sa.true())
        if self.versions:
            either.append(sa.and_(shown, OBJECTS.c.version_at.in_(_several("versions"))))
        return sa.or_(*either)


def _several(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, expanding=True)


def parse_match(
    parameters: Parameters, *, fields: frozenset[str] = OF_A_COLLECTION, default: str = "last"
) -> Match:
    """Read the match parameters; `default` is the version meant when none is named.

    Raises:
        TaxiiError: 400, a parameter is malformed, repeated or not one of `fields`.

    """
    texts = _texts(parameters, fields)
    words, versions = _versions(texts.get("version", default))
    return Match(
        ids=_values(texts, "id", form.ID.fullmatch),
        types=_values(texts, "type", form.TYPE.fullmatch),
        spec_versions=_values(texts, "spec_version", SPEC_VERSION.fullmatch),
        words=words,
        versions=versions,
    )


def _texts(parameters: Parameters, fields: frozenset[str]) -> dict[str, str]:
    texts = {}
    for name, given in parameters.items():
        if field := FIELD.fullmatch(name):
            if field[1] not in fields or len(given) > 1:
                raise malformed("match")
            texts[field[1]] = given[0]
    return texts


def _values(texts: Mapping[str, str], name: str, well_formed: Callable[[str], object]) -> tuple[str, ...]:
    if name not in texts:
        return ()
    values = texts[name].split(",", MOST_VALUES)
    if len(values) > MOST_VALUES or not all(map(well_formed, values)):
        raise malformed(f"match[{name}]")
    return tuple(sorted(set(values)))


def _versions(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    values = set(text.split(",", MOST_VALUES))
    words = values & WORDS
    try:
        micros = {instants.parse(value) for value in values - words}
    except ValueError:
        raise malformed("match[version]") from None
    if len(values) > MOST_VALUES or ("all" in words and len(values) > 1):
        raise malformed("match[version]")
    return tuple(sorted(words)), tuple(sorted(micros))
