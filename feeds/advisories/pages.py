"""What the pages of advisories show, gathered in one reading: plain values, no Flask."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import at_rest, audience, consulting, finding, queries, same_matter
from feeds.advisories.audience import Check
from feeds.advisories.conditions import Asked, conditions
from feeds.advisories.models import Advisory, Consultation, FinderNotice, Release, Revision
from feeds.advisories.notice import of_revision, sector_names, sector_texts
from feeds.advisories.service import REVISION_IS_OPEN
from feeds.advisories.states import MOVES, OPEN, Move, Party, State
from feeds.drills import queries as drills
from feeds.formats.content import Alias, Notice, SectorName, Text
from feeds.matters import at_rest as matter_at_rest
from feeds.matters import leaks, merging
from feeds.matters.leaks import Leak
from feeds.matters.models import MatterMerger
from hub.core.errors import ConflictError, NotFoundError
from hub.core.machine import step
from hub.core.vault import Vault
from sectors.bodies.models import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A consultation, opened."""

    row: Consultation
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """A body and how it stands to each condition."""

    body: Body
    checks: tuple[Check, ...]
    drill_passed_at: datetime | None

    @property
    def ok(self) -> bool:
        """Tell whether the body may receive."""
        return all(check.ok for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """A merger, opened: the other matter, and the advisory about it."""

    merger: MatterMerger
    other: Advisory
    reason: str
    goes_on_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisoryPage:
    """An advisory as staff see it: its newest revision, and what is missing for a release."""

    advisory: Advisory
    revision: Revision
    notice: Notice
    sectors: tuple[SectorName, ...]
    sector_texts: tuple[tuple[SectorName, Text], ...]
    serious_effect: str
    moved_reason: str
    consultations: tuple[Said, ...]
    not_consulted: tuple[str, ...]
    conditions: tuple[Asked, ...]
    gates: tuple[Gates, ...]
    releases: tuple[Release, ...]
    same: tuple[Same, ...]
    counts: datetime | None
    leaks: tuple[Leak, ...]
    finder: FinderNotice | None

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """Return the matter's numbers elsewhere."""
        return self.notice.aliases


def body_choice(body: Body, names: Mapping[str, str]) -> str:
    """Return how a body is shown where bodies are chosen: its name and its sectors' (by code)."""
    return f"{body.name_ja} ({', '.join(sorted(names.get(code, code) for code in body.sector_codes))})"


def staff_page(session: orm.Session, advisory_id: uuid.UUID, *, vault: Vault, now: datetime) -> AdvisoryPage:
    """Return an advisory with everything that a coordinator decides by.

    Raises:
        NotFoundError: there is none.

    """
    advisory = queries.advisory(session, advisory_id)
    revision = queries.latest_revision(session, advisory_id)
    notice = of_revision(session, revision, vault=vault, now=now)
    codes = revision.sector_codes
    gates = gate_table(session, revision, now=now)
    return AdvisoryPage(
        advisory=advisory,
        revision=revision,
        notice=notice,
        sectors=sector_names(session, codes),
        sector_texts=sector_texts(session, notice.content, codes),
        serious_effect=at_rest.serious_effect_of(revision, vault=vault),
        moved_reason=at_rest.moved_reason_of(revision, vault=vault),
        consultations=tuple(
            Said(row=row, name=at_rest.name_of(row, vault=vault), reason=at_rest.reason_of(row, vault=vault))
            for row in queries.consultations(session, advisory_id)
        ),
        not_consulted=consulting.not_consulted(session, revision, vault=vault),
        conditions=conditions(
            session, revision, vault=vault, now=now, somebody=any(each.ok for each in gates)
        ),
        gates=gates,
        releases=tuple(queries.releases(session, advisory_id)),
        same=_same(session, advisory, vault=vault),
        counts=merging.counting_date(session, advisory.matter),
        finder=session.get(FinderNotice, advisory_id),
        leaks=tuple(leaks.leaks(session, advisory.matter_id, vault=vault)),
    )


def _same(session: orm.Session, advisory: Advisory, *, vault: Vault) -> tuple[Same, ...]:
    def opened(merger: MatterMerger) -> Same:
        other = merging.partner_of(session, merger, advisory.matter_id)
        return Same(
            merger=merger,
            other=queries.by_tracking_id(session, other.tracking_id),
            reason=matter_at_rest.merger_reason_of(merger, vault=vault),
            goes_on_there=merger.matter_id == advisory.matter_id,
        )

    return tuple(map(opened, merging.mergers(session, advisory.matter_id)))


def mergeable(session: orm.Session, advisory_id: uuid.UUID, *, vault: Vault) -> dict[str, str]:
    """Return the advisories under which another's notices can go on: id and what a person reads."""
    closed = merging.closed(session)
    open_ones = [
        each
        for each in queries.advisories(session)
        if each.id != advisory_id and each.state in same_matter.GOES_ON and each.matter_id not in closed
    ]
    return {
        str(row.advisory.id): f"{row.advisory.matter.tracking_id} {row.title.best()}"
        for row in finding.rows_of(session, open_ones, vault=vault)
    }


def gate_table(session: orm.Session, revision: Revision, *, now: datetime) -> tuple[Gates, ...]:
    """Return each addressed body with its conditions for this revision."""
    until = None if revision.kind in audience.UNTIL_NOW else revision.publication_at
    passed = drills.last_passed(session, revision.body_ids)
    addressed = audience.addressed(session, revision.body_ids)
    checks = audience.gates(session, addressed, publication_at=until, now=now)
    return tuple(
        Gates(body=body, checks=checks[body.id], drill_passed_at=passed.get(body.id)) for body in addressed
    )


def ipa_page(session: orm.Session, advisory_id: uuid.UUID, *, vault: Vault, now: datetime) -> AdvisoryPage:
    """Return an advisory about which IPA is to be consulted.

    Raises:
        NotFoundError: IPA is not to be consulted about it now, or may not know of it.

    """
    page = staff_page(session, advisory_id, vault=vault, now=now)
    asked = page.advisory.state is State.IN_APPROVAL
    if not asked or any(said.row.party is Party.IPA for said in page.consultations):
        raise NotFoundError("no such advisory")
    return page


def refuse_unless(page: AdvisoryPage, move: Move) -> None:
    """Refuse to show the form of a move that the advisory cannot make.

    Raises:
        ConflictError: a revision is open already.
        IllegalMoveError: its state has no such move.

    """
    step(MOVES, page.advisory.state, move)
    if page.revision.state in OPEN:
        raise ConflictError(REVISION_IS_OPEN)
