"""From rows to the value that every format is a function of: a notice, complete."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import at_rest, queries
from feeds.advisories.models import Advisory, Release, Revision
from feeds.formats import stix
from feeds.formats.content import ClockStatus, Content, Notice, SectorName, Text
from feeds.formats.tlp import Tlp
from feeds.matters import at_rest as matter_at_rest
from feeds.matters import queries as matters
from hub.core.vault import Vault
from sectors.catalogue import queries as catalogue


def notice_of(session: orm.Session, release: Release, *, vault: Vault) -> Notice:
    """Return a release as it left: the same notice whenever it is asked for."""
    revision = queries.revision(session, release.advisory_id, release.revision)
    return _notice(
        session,
        revision,
        tlp=release.tlp,
        publication_at=release.publication_at,
        clock_status=release.clock_status,
        released_at=release.released_at,
        vault=vault,
    )


def preview(session: orm.Session, revision: Revision, *, vault: Vault, now: datetime) -> Notice:
    """Return a revision as it would leave now; TLP:AMBER and now stand for what is not decided yet."""
    clock = queries.advisory(session, revision.advisory_id).matter.clock
    return _notice(
        session,
        revision,
        tlp=revision.tlp or Tlp.AMBER,
        publication_at=revision.publication_at or now,
        clock_status=clock.status,
        released_at=now,
        vault=vault,
    )


def of_revision(session: orm.Session, revision: Revision, *, vault: Vault, now: datetime) -> Notice:
    """Return a revision as it left, or as it would leave now."""
    for release in queries.releases(session, revision.advisory_id):
        if release.revision_id == revision.id:
            return notice_of(session, release, vault=vault)
    return preview(session, revision, vault=vault, now=now)


def _notice(
    session: orm.Session,
    revision: Revision,
    *,
    tlp: Tlp,
    publication_at: datetime,
    clock_status: ClockStatus,
    released_at: datetime,
    vault: Vault,
) -> Notice:
    advisory: Advisory = queries.advisory(session, revision.advisory_id)
    earlier = [
        each.released_at for each in queries.releases(session, advisory.id) if each.revision < revision.number
    ]
    return Notice(
        tracking_id=advisory.matter.tracking_id,
        revision=revision.number,
        kind=revision.kind,
        tlp=tlp,
        aliases=matters.aliases(session, advisory.matter_id, vault=vault, at=released_at),
        content=at_rest.content_of(revision, vault=vault),
        publication_at=publication_at,
        clock_status=clock_status,
        created=advisory.matter.created_at,
        released_at=released_at,
        matter_secret=matter_at_rest.secret_of(advisory.matter, vault=vault),
        earlier=tuple(earlier),
    )


def public_bundle(session: orm.Session, release: Release, *, vault: Vault) -> bytes:
    """Return the TLP:CLEAR bundle of a lifting; its revision holds nothing but what is published."""
    notice = notice_of(session, release, vault=vault)
    return stix.lifted_bundle(notice, parts=frozenset(stix.Part))


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
