"""All that is written about a revision before its release, as one value that forms fill."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import orm

from feeds.advisories import at_rest, queries
from feeds.advisories.models import Revision
from feeds.formats.content import Alias, Content
from feeds.formats.tlp import Tlp
from feeds.matters import queries as matters
from hub.core.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A revision as it is written; what is not decided yet is None or empty."""

    content: Content
    tlp: Tlp | None = None
    sectors: frozenset[str] = frozenset()
    bodies: frozenset[uuid.UUID] = frozenset()
    publication_at: datetime | None = None
    moved_reason: str = ""
    countermeasure_on: date | None = None
    serious_effect: str = ""
    reported: bool | None = None
    aliases: tuple[Alias, ...] = ()


def written(session: orm.Session, revision: Revision, *, vault: Vault) -> Draft:
    """Return a revision as it stands."""
    advisory = queries.advisory(session, revision.advisory_id)
    return Draft(
        content=at_rest.content_of(revision, vault=vault),
        tlp=revision.tlp,
        sectors=revision.sector_codes,
        bodies=revision.body_ids,
        publication_at=revision.publication_at,
        moved_reason=at_rest.moved_reason_of(revision, vault=vault),
        countermeasure_on=revision.countermeasure_on,
        reported=revision.reported,
        serious_effect=at_rest.serious_effect_of(revision, vault=vault),
        aliases=matters.aliases(session, advisory.matter_id, vault=vault),
    )
