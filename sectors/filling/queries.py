"""Look-ups of forms that are being filled in."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.errors import NotFoundError
from hub.core.vault import Place, Vault
from sectors.applications.models import AttachmentKind
from sectors.filling.models import Draft, DraftFile
from sectors.filling.steps import Content, from_json


def draft_of(session: orm.Session, organisation_id: uuid.UUID, *, lock: bool = False) -> Draft | None:
    """Return what an organisation is filling in, if it has begun."""
    wanted = sa.select(Draft).where(Draft.organisation_id == organisation_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def content_of(draft: Draft | None, *, vault: Vault) -> Content:
    """Return what was typed so far."""
    if draft is None:
        return Content()
    return from_json(vault.open(draft.content, place=content_place(draft)))


def files(session: orm.Session, draft: Draft | None) -> Sequence[DraftFile]:
    """Return the documents that were chosen so far, in the order of the form."""
    if draft is None:
        return ()
    order = sa.case({kind.value: place for place, kind in enumerate(AttachmentKind)}, value=DraftFile.kind)
    return session.scalars(
        sa.select(DraftFile).where(DraftFile.draft_id == draft.id).order_by(order, DraftFile.file_name)
    ).all()


def file(session: orm.Session, file_id: uuid.UUID, *, organisation_id: uuid.UUID) -> DraftFile:
    """Return one document of the form that this organisation fills in.

    Raises:
        NotFoundError: there is none, or it is another organisation's.

    """
    found = session.scalar(
        sa.select(DraftFile)
        .join(Draft, Draft.id == DraftFile.draft_id)
        .where(DraftFile.id == file_id, Draft.organisation_id == organisation_id)
    )
    if found is None:
        raise NotFoundError("no such document")
    return found


def content_place(draft: Draft) -> Place:
    """Return where the sealed content of a draft lives."""
    return Place(table="application_draft", row=draft.id, column="content")


def file_place(file_id: uuid.UUID) -> Place:
    """Return where a sealed document of a draft lives."""
    return Place(table="application_draft_file", row=file_id, column="content")
