"""A CSAF document of any publisher, taken in as the draft of a new advisory."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories.draft import Draft
from feeds.advisories.models import Advisory
from feeds.advisories.service import create_draft
from feeds.formats import csaf_in, csaf_sectors
from feeds.formats.content import Content
from feeds.formats.csaf_sectors import Suggestion
from feeds.formats.tlp import Tlp
from hub.core.audit import Actor
from hub.core.vault import Vault


def import_csaf(session: orm.Session, document: bytes, *, vault: Vault, by: Actor, now: datetime) -> Advisory:
    """Begin an advisory with what a CSAF 2.0 or 2.1 document says; a person goes on from there.

    No sector is chosen and nobody is addressed yet. A public document's label is not taken over: whoever
    drafts must set the one of this provision.

    Raises:
        InputError: it is no valid CSAF document; the problems are the validator's, by place.

    """
    found = csaf_in.read(document)
    draft = Draft(
        content=found.content, tlp=None if found.tlp is Tlp.CLEAR else found.tlp, aliases=found.aliases
    )
    return create_draft(session, draft, vault=vault, by=by, now=now)


def suggestion(content: Content, known: Collection[str]) -> Suggestion:
    """Return the sectors of the scheme, of those that hold today, that the document's words suggest."""
    said = csaf_sectors.in_lines(content.unmapped)
    codes = tuple(code for code in said.codes if code in known)
    return Suggestion(said=said.said, codes=codes, understood=said.understood)
