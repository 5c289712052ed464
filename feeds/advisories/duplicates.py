"""Which other matters a draft may be about already, so that recipients are not told the same thing twice.

What tells a matter again - its numbers elsewhere, CVEs, products with their weaknesses - lies sealed, and
there is no index of it: every look opens what is sealed and compares, and nothing of it is kept or logged.
"""

import re
import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import at_rest
from feeds.advisories.models import Advisory, Revision
from feeds.advisories.states import RevisionState
from feeds.formats.content import OUR_SYSTEM, Alias, Content, Kind, Text, affected_by
from feeds.matters import merging
from feeds.matters import queries as matters
from hub.core.vault import SealBrokenError, Vault

SHORTENED = (Kind.LIFTED, Kind.WITHDRAWN)  # they do not say all that the matter is about
_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}", re.ASCII | re.IGNORECASE)


class Likeness(StrEnum):
    """By what two matters look the same."""

    NUMBER = "number"
    CVE = "cve"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing that tells a matter again: `key` is compared, `shown` is for people."""

    likeness: Likeness
    key: tuple[str, ...]

    @property
    def shown(self) -> str:
        """Return it as a person reads it."""
        return " ".join(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Another advisory that may be about the same matter, and by what it looks so."""

    advisory: Advisory
    title: Text
    marks: tuple[Mark, ...]


def duplicates(session: orm.Session, advisory: Advisory, *, vault: Vault) -> tuple[Duplicate, ...]:
    """Return the other advisories, in any state, that may be about this one's matter; the newest first.

    What is known to be the same matter is left out, and so is what was destroyed.
    """
    contents = _contents(session, vault=vault)
    numbers = matters.every_alias(session, vault=vault)
    mine = _marks(advisory, contents, numbers)
    known = {advisory.matter_id, *(each.id for each in merging.partners(session, advisory.matter_id))}
    others = sa.select(Advisory).where(Advisory.matter_id.not_in(known), Advisory.id.in_(contents))
    found = []
    for other in session.scalars(others.order_by(Advisory.created_at.desc())):
        if shared := mine & _marks(other, contents, numbers):
            marks = tuple(sorted(shared, key=lambda mark: (mark.likeness, mark.key)))
            found.append(Duplicate(advisory=other, title=contents[other.id].title, marks=marks))
    return tuple(found)


def _contents(session: orm.Session, *, vault: Vault) -> dict[uuid.UUID, Content]:
    """Return what each advisory says in its newest revision that says all, but what was destroyed."""
    newest = (
        sa.select(Revision.advisory_id, sa.func.max(Revision.number).label("number"))
        .where(Revision.state != RevisionState.DROPPED, Revision.kind.not_in(SHORTENED))
        .group_by(Revision.advisory_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Revision.advisory_id, Revision.id, Revision.number, Revision.content)
        .join(
            newest,
            sa.and_(newest.c.advisory_id == Revision.advisory_id, newest.c.number == Revision.number),
        )
        .where(Revision.state != RevisionState.DROPPED)
    )
    found = {}
    for each in rows:
        with suppress(SealBrokenError):  # one damaged record must not hide what the others tell
            opened = at_rest.opened_content(each.id, each.number, each.content, vault=vault)
            found[each.advisory_id] = opened
    return found


def _marks(
    advisory: Advisory, contents: Mapping[uuid.UUID, Content], numbers: Mapping[uuid.UUID, tuple[Alias, ...]]
) -> frozenset[Mark]:
    own = Alias(issuer=OUR_SYSTEM, number=advisory.matter.tracking_id)
    known = (own, *numbers.get(advisory.matter_id, ()))
    content = contents.get(advisory.id)
    return frozenset([*map(_number, known), *(_weaknesses(content) if content else ())])


def _number(alias: Alias) -> Mark:
    if _CVE.fullmatch(alias.number.strip()):
        return Mark(likeness=Likeness.CVE, key=(alias.number.strip().upper(),))
    return Mark(likeness=Likeness.NUMBER, key=(_folded(alias.issuer), _folded(alias.number)))


def _weaknesses(content: Content) -> Iterator[Mark]:
    for each in content.vulnerabilities:
        if each.cve:
            yield Mark(likeness=Likeness.CVE, key=(each.cve.upper(),))
        for product in affected_by(content, each):
            for cwe in each.cwes:
                key = (_folded(product.vendor), _folded(product.name), cwe)
                yield Mark(likeness=Likeness.PRODUCT, key=key)


def _folded(text: str) -> str:
    """Write a name as all of its spellings: full and half width, capital and small letters, spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
