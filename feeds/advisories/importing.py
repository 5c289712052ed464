"""A CSAF document of any publisher, taken in as the draft of a new advisory."""

from datetime import datetime

from sqlalchemy import orm

from feeds.advisories.draft import Draft
from feeds.advisories.models import Advisory
from feeds.advisories.service import create_draft
from feeds.formats import csaf_in
from feeds.formats.tlp import Tlp
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.vault import Vault
from sectors.catalogue import queries as catalogue


def import_csaf(session: orm.Session, document: bytes, *, vault: Vault, by: Actor, now: datetime) -> Advisory:
    """Begin an advisory with what a CSAF 2.0 or 2.1 document says; a person goes on from there.

    Sectors are suggestions and nobody is addressed yet. A public document's label is not taken over:
    whoever drafts must set the one of this provision.

    Raises:
        InputError: it is no valid CSAF document; the problems are the validator's, by place.

    """
    found = csaf_in.read(document)
    known = {each.code for each in catalogue.sectors_on(session, now.astimezone(JST).date())}
    draft = Draft(
        content=found.content,
        tlp=None if found.tlp is Tlp.CLEAR else found.tlp,
        sectors=frozenset(found.sectors) & known,
        aliases=found.aliases,
    )
    return create_draft(session, draft, vault=vault, by=by, now=now)
