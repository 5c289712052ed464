"""What the worker believes before it signs or publishes anything: people's passkeys, and no row.

A release is believed when its statement carries the signatures of two different coordinators, one who
proposed and another who released it, each by a passkey of the worker's own file; when its rows say
nothing else than the statement; and when the stored bundle is what the statement makes. A certificate is
believed when a person of that file has confirmed its fingerprint for this contact, address and body.
What is not believed is held and told of; it never stops what others are due.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import orm

from feeds.advisories import at_rest, vouching
from feeds.advisories import queries as advisories
from feeds.advisories.models import Release
from feeds.advisories.statement import Act, Statement, StatementError, challenge
from feeds.delivery.made import FEW, Made, made
from feeds.formats.content import Notice
from feeds.signers import pinned
from feeds.signers.pinned import Pinned
from hub.accounts.models import Role
from hub.accounts.passkeys.ceremony import Site
from hub.core.config import Config
from hub.core.errors import HubError
from hub.core.instance import Instance
from hub.core.vault import SealBrokenError

UNSIGNED = "The release does not carry the signatures of two coordinators"
ALTERED = "What is stored of the release is not what two coordinators have signed"


class NotVouchedError(HubError):
    """Nobody who may has signed this, or it was changed since: nothing may leave; the text is for staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A release that two coordinators have signed; everything that leaves is made from it."""

    release_id: uuid.UUID
    made: Made

    @property
    def statement(self) -> Statement:
        """What they signed."""
        return self.made.statement

    @property
    def notice(self) -> Notice:
        """What recipients are told, but the texts of their sectors."""
        return self.made.notice


def vouched(session: orm.Session, release: Release, *, hub: Instance, now: datetime) -> Vouched:
    """Return a release as its coordinators have signed it.

    Raises:
        NotVouchedError: they have not, or its rows say something else.
        ConfigurationError: the file of pinned passkeys cannot be read.

    """
    try:
        canonical = at_rest.canonical_of(release, vault=hub.vault)
        stored = at_rest.bundle_of(release, vault=hub.vault)
        of_it = made(canonical, release.released_at)
        at_rest.refuse_other_rows(release, of_it.statement)
    except (SealBrokenError, StatementError):
        raise NotVouchedError(ALTERED) from None
    _refuse_unsigned(session, release, canonical, hub=hub)
    _refuse_moved(session, release, of_it.statement, now=now)
    if (stored, release.sha256) != (of_it.bundle, of_it.sha256):
        raise NotVouchedError(ALTERED)
    return Vouched(release_id=release.id, made=of_it)


def site_of(config: Config) -> Site:
    """Return the hub as passkeys know it."""
    return Site(rp_id=config.host, origin=config.origin)


def _refuse_unsigned(session: orm.Session, release: Release, canonical: bytes, *, hub: Instance) -> None:
    kept = vouching.assertions(session, release.revision_id)
    given = tuple(kept[act].assertion if act in kept else "" for act in Act)
    if not _two_coordinators(pinned.load(hub.config.pinned_passkeys), canonical, given, site_of(hub.config)):
        raise NotVouchedError(UNSIGNED)


@lru_cache(maxsize=FEW)
def _two_coordinators(held: Pinned, canonical: bytes, given: tuple[str, ...], site: Site) -> bool:
    people = {
        signer.email
        for act, assertion in zip(Act, given, strict=True)
        if (
            signer := held.person(
                assertion, challenge=challenge(canonical, act), site=site, roles=frozenset({Role.COORDINATOR})
            )
        )
    }
    return len(people) == len(Act)


def _refuse_moved(session: orm.Session, release: Release, statement: Statement, *, now: datetime) -> None:
    """Refuse a release that hangs on another matter, or that left before others or after now."""
    advisory = advisories.advisory(session, release.advisory_id)
    after_others = all(each <= release.released_at for each in statement.notice.earlier)
    same = advisory.matter.tracking_id == statement.notice.tracking_id
    if not (same and after_others and release.released_at <= now):
        raise NotVouchedError(ALTERED)
