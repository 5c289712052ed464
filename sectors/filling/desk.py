"""What lies before the person who fills in the form: everything that a page of it needs, read at once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from hub.core.clock import JST
from hub.core.vault import Vault
from sectors.applications import acts, pages
from sectors.applications import queries as applications
from sectors.applications.items import SECTION, Item, Section
from sectors.applications.models import Application, Attachment, AttachmentKind, Tick
from sectors.catalogue import queries as catalogue
from sectors.filling import queries, service
from sectors.filling.filled import content_of as filled_content
from sectors.filling.forms import Offered
from sectors.filling.models import Draft, DraftFile
from sectors.filling.progress import Progress, progress
from sectors.filling.steps import SECTIONS, Content, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What lies before the person who fills in the form."""

    draft: Draft | None
    content: Content
    start: Content
    application: Application | None
    filed: tuple[Attachment, ...]
    files: tuple[DraftFile, ...]
    offered: Offered
    returned: Mapping[Item, Tick]
    sections: frozenset[Section] | None

    @property
    def attached(self) -> frozenset[AttachmentKind]:
        """Return the kinds of document that are here already."""
        return frozenset([each.kind for each in self.filed] + [each.kind for each in self.files])

    @property
    def documents(self) -> list[tuple[AttachmentKind, str]]:
        """Return kind and name of each document that goes with the application."""
        present = {each.kind for each in self.files}
        kept = [(each.kind, each.file_name) for each in self.filed if each.kind not in present]
        return kept + [(each.kind, each.file_name) for each in self.files]

    def progress(self) -> tuple[Progress, ...]:
        """Return how far each step is."""
        return progress(self.content, self.offered, attached=self.attached, returned=self.sections)

    def remarks(self, step: Step) -> list[Tick]:
        """Return what the reviewer remarked on a step."""
        return [tick for item, tick in self.returned.items() if SECTION[item] in SECTIONS[step]]


def desk_of(
    session: orm.Session, organisation_id: uuid.UUID, *, vault: Vault, language: str, now: datetime
) -> Desk:
    """Return what an organisation fills in: what was typed so far, or what was filed and came back.

    Raises:
        ConflictError: its application is under way and was not returned.

    """
    application = service.corrected(session, organisation_id)
    draft = queries.draft_of(session, organisation_id)
    if draft is not None and draft.application_id != (application.id if application else None):
        draft = None  # of an application that is over; the first save begins anew
    offered = offered_on(session, language=language, now=now)
    start = Content()
    if application is not None:
        start = filled_content(acts.submission_of(application, vault=vault), names=offered.names)
    returned = applications.returned_items(session, application) if application else {}
    return Desk(
        draft=draft,
        content=queries.content_of(draft, vault=vault) if draft else start,
        start=start,
        application=application,
        filed=tuple(applications.attachments(session, application.id)) if application else (),
        files=tuple(queries.files(session, draft)),
        offered=offered,
        returned=returned,
        sections=frozenset(SECTION[item] for item in returned) or None,
    )


def offered_on(session: orm.Session, *, language: str, now: datetime) -> Offered:
    """Return what the form offers at this instant."""
    present = catalogue.sectors_on(session, now.astimezone(JST).date())
    return Offered(
        choices=pages.sector_choices(present, language=language),
        names=pages.japanese_names(present),
        editions=tuple(each.name for each in catalogue.editions(session)),
    )
