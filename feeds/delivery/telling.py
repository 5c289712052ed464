"""What one body is told of a release: the notice, and the texts of the sectors that concern it."""

import logging
from dataclasses import dataclass

from feeds.advisories import at_rest
from feeds.advisories.models import Release
from feeds.advisories.statement import StatementError
from feeds.formats import csaf_out, stix
from feeds.formats.content import Notice, SectorName, Text
from feeds.formats.csaf_out import Version
from hub.core.errors import InputError, NotFoundError
from hub.core.vault import SealBrokenError, Vault
from sectors.bodies.models import Body

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice as one body may know it; other sectors' texts are not its business."""

    notice: Notice
    sectors: tuple[tuple[SectorName, Text], ...]

    @property
    def notes(self) -> tuple[bytes, ...]:
        """Return the sectors' texts as STIX, each in bytes of its own."""
        return tuple(stix.sector_note(self.notice, sector, text) for sector, text in self.sectors)

    def csaf(self, version: Version = "2.0") -> bytes | None:
        """Return the notice as CSAF; None, and logged, if CSAF cannot hold it. What leaves is 2.0."""
        return csaf(self.notice, version)


def csaf(notice: Notice, version: Version = "2.0") -> bytes | None:
    """Return a notice as CSAF; None, and logged, if CSAF cannot hold it."""
    try:
        return csaf_out.export(notice, version=version)
    except InputError:
        # A content that CSAF cannot hold must not keep the notice itself from its reader.
        named = f"{notice.tracking_id} r{notice.revision}"
        log.warning("no CSAF for this release", extra={"notice": named})
        return None


def told(release: Release, body: Body, *, vault: Vault) -> Told:
    """Return what this body is told, for its pages.

    Raises:
        NotFoundError: the release is not as it was released, or not to this body.

    """
    try:
        stated = at_rest.statement_of(release, vault=vault)
    except (SealBrokenError, StatementError):
        raise NotFoundError("no such notice") from None
    if stated.addressed(body.id) is None:
        raise NotFoundError("no such notice")
    return Told(notice=stated.released(release.released_at), sectors=stated.texts_for(body.id))
