"""From rows to the values that every format is a function of: a notice, and the statement it stands in."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import at_rest, queries, same_matter
from feeds.advisories.models import Advisory, Release, Revision
from feeds.advisories.statement import Addressed, Statement
from feeds.formats import stix
from feeds.formats.clock import ClockMove, ClockStatus
from feeds.formats.content import Alias, Content, Kind, Notice, SectorName, Text
from feeds.formats.tlp import Tlp
from feeds.matters import at_rest as matter_at_rest
from feeds.matters import queries as matters
from feeds.matters.models import PublicationClock
from hub.core.vault import Vault
from sectors.bodies import queries as bodies
from sectors.catalogue import queries as catalogue


def notice_of(release: Release, *, vault: Vault) -> Notice:
    """Return a release as it left: the same notice whenever it is asked for."""
    return at_rest.statement_of(release, vault=vault).released(release.released_at)


def preview(session: orm.Session, revision: Revision, *, vault: Vault, now: datetime) -> Notice:
    """Return a revision as it would leave now; TLP:AMBER and now stand for what is not decided yet."""
    advisory: Advisory = queries.advisory(session, revision.advisory_id)
    earlier = [
        each.released_at for each in queries.releases(session, advisory.id) if each.revision < revision.number
    ]
    return Notice(
        tracking_id=advisory.matter.tracking_id,
        revision=revision.number,
        kind=revision.kind,
        tlp=revision.tlp or Tlp.AMBER,
        aliases=_aliases(session, advisory, vault=vault),
        content=at_rest.content_of(revision, vault=vault),
        publication_at=revision.publication_at or now,
        clock_status=_clock_after(revision, advisory.matter.clock),
        created=advisory.matter.created_at,
        released_at=now,
        matter_secret=matter_at_rest.secret_of(advisory.matter, vault=vault),
        earlier=tuple(earlier),
        moves=_moves(session, revision, advisory.matter.clock, vault=vault),
    )


def _moves(
    session: orm.Session, revision: Revision, clock: PublicationClock, *, vault: Vault
) -> tuple[ClockMove, ...]:
    """Return how the date has moved, with the move that this revision makes; a lifting tells no reasons."""
    lifted = revision.kind is Kind.LIFTED
    told = [
        ClockMove(
            moved_from=each.moved_from,
            moved_to=each.moved_to,
            reason="" if lifted else matter_at_rest.reason_of(each, vault=vault),
        )
        for each in matters.moves(session, clock.matter_id)
    ]
    if _is_moved(revision, clock) and clock.publication_at and revision.publication_at:
        reason = at_rest.moved_reason_of(revision, vault=vault)
        told.append(
            ClockMove(moved_from=clock.publication_at, moved_to=revision.publication_at, reason=reason)
        )
    return tuple(told)


def _is_moved(revision: Revision, clock: PublicationClock) -> bool:
    """Tell whether the revision changes a date that recipients were told."""
    told = clock.status in {ClockStatus.FIXED, ClockStatus.MOVED} and revision.kind is not Kind.LIFTED
    return told and revision.publication_at not in {None, clock.publication_at}


def _aliases(session: orm.Session, advisory: Advisory, *, vault: Vault) -> tuple[Alias, ...]:
    typed = matters.aliases(session, advisory.matter_id, vault=vault)
    return tuple(dict.fromkeys([*typed, *same_matter.known_as(session, advisory.matter)]))


def _clock_after(revision: Revision, clock: PublicationClock) -> ClockStatus:
    """Return how sure the date is once this revision has left."""
    if revision.kind is Kind.LIFTED:
        return ClockStatus.ENDED
    if clock.status is ClockStatus.PLANNED:
        return ClockStatus.FIXED
    return ClockStatus.MOVED if _is_moved(revision, clock) else clock.status


def statement(session: orm.Session, revision: Revision, *, vault: Vault, now: datetime) -> Statement:
    """Return what coordinators vouch for of a revision that is not released yet."""
    told = preview(session, revision, vault=vault, now=now)
    written_for = {code for code, text in told.content.sector_texts.items() if text}
    return Statement(
        notice=told,
        sectors=sector_names(session, written_for),
        bodies=tuple(
            Addressed(
                body_id=body.id,
                name=body.name_ja,
                sectors=tuple(sorted(bodies.sectors_served(session, body) & written_for)),
            )
            for body in sorted(bodies.bodies(session, revision.body_ids), key=lambda body: body.id)
        ),
    )


def of_revision(session: orm.Session, revision: Revision, *, vault: Vault, now: datetime) -> Notice:
    """Return a revision as it left, or as it would leave now."""
    for release in queries.releases(session, revision.advisory_id):
        if release.revision_id == revision.id:
            return notice_of(release, vault=vault)
    return preview(session, revision, vault=vault, now=now)


def public_bundle(lifted: Notice) -> bytes:
    """Return the TLP:CLEAR bundle of a lifting; its revision holds nothing but what is published."""
    return stix.lifted_bundle(lifted, parts=frozenset(stix.Part))


def sector_names(session: orm.Session, codes: Collection[str]) -> tuple[SectorName, ...]:
    """Return sectors as the formats write them, in the order of the action plan."""
    return tuple(
        SectorName(code=each.code, ja=each.ja, en=each.en, stix_sectors=tuple(each.stix_sectors))
        for each in catalogue.sectors(session, codes)
    )


def sector_texts(
    session: orm.Session, content: Content, codes: Collection[str]
) -> tuple[tuple[SectorName, Text], ...]:
    """Return the impact on each of these sectors, where one is told; other sectors' texts stay out."""
    return tuple(
        (name, content.sector_texts[name.code])
        for name in sector_names(session, codes)
        if content.sector_texts.get(name.code)
    )
