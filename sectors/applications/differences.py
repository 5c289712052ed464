"""What changed between two filings of an application, so that a reviewer need not search for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sectors.applications.submission import Submission
from sectors.bodies.details import BodyDetails, OperatorDetails
from sectors.bodies.models import ContactKind
from sectors.requirements.models import Requirement

PLAIN = ("name_ja", "name_en", "corporate_number", "address", "representative", "roster_edition")
OF_CONTACT = ("name", "department", "email", "telephone")
OF_MEASURE = ("how", "by_whom", "evidence")

Value = str | bool | tuple[str, ...] | None


class Change(StrEnum):
    """What happened to a member of the roster."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that was told otherwise before; `of` is the contact or requirement that it belongs to."""

    field: str
    before: Value
    after: Value
    of: ContactKind | Requirement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDifference:
    """One member of the roster that was added, removed or told otherwise."""

    change: Change
    before: OperatorDetails | None
    after: OperatorDetails | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Everything that changed; documents are not in it, their table says when each was filed."""

    told: tuple[Difference, ...]
    members: tuple[MemberDifference, ...]


def between(before: Submission, after: Submission) -> Differences:
    """Return what changed from one filing to a later one."""
    old, new = before.details, after.details
    told = [
        *_plain("body_kind", before.body_kind.value, after.body_kind.value),
        *(each for field in PLAIN for each in _plain(field, getattr(old, field), getattr(new, field))),
        *_plain("is_operator", old.is_operator, new.is_operator),
        *_plain("sectors", old.sectors, new.sectors),
        *_contacts(old, new),
        *_measures(old, new),
    ]
    return Differences(told=tuple(told), members=tuple(_members(old, new)))


def _plain(field: str, before: Value, after: Value) -> Iterator[Difference]:
    if before != after:
        yield Difference(field=field, before=before, after=after)


def _contacts(old: BodyDetails, new: BodyDetails) -> Iterator[Difference]:
    for kind in ContactKind:
        before, after = old.contact(kind), new.contact(kind)
        for field in OF_CONTACT:
            was, is_ = getattr(before, field, None), getattr(after, field, None)
            if was != is_:
                yield Difference(field=field, before=was, after=is_, of=kind)


def _measures(old: BodyDetails, new: BodyDetails) -> Iterator[Difference]:
    before = {each.requirement: each for each in old.measures}
    after = {each.requirement: each for each in new.measures}
    for requirement in Requirement:
        for field in OF_MEASURE:
            was = getattr(before.get(requirement), field, None)
            is_ = getattr(after.get(requirement), field, None)
            if was != is_:
                yield Difference(field=field, before=was, after=is_, of=requirement)


def _members(old: BodyDetails, new: BodyDetails) -> Iterator[MemberDifference]:
    before = {each.corporate_number: each for each in old.operators}
    after = {each.corporate_number: each for each in new.operators}
    for number, member in before.items():
        if number not in after:
            yield MemberDifference(change=Change.REMOVED, before=member, after=None)
        elif after[number] != member:
            yield MemberDifference(change=Change.CHANGED, before=member, after=after[number])
    for number, member in after.items():
        if number not in before:
            yield MemberDifference(change=Change.ADDED, before=None, after=member)
