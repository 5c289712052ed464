"""Tables of applications that are being filled in: what was typed so far, and the files chosen so far."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.core.sealed import sealed
from sectors.applications.models import AttachmentKind


class Draft(Base):
    """The form that an organisation is filling in: a new application, or the correction of a returned one."""

    __tablename__ = "application_draft"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), unique=True)
    application_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("application.id"), comment="the returned application that it corrects"
    )
    form_version: Mapped[int] = mapped_column(comment="of the form that it was begun with")
    content: Mapped[bytes] = mapped_column(
        info=sealed(), comment="what was typed, by step, and how often each was saved, sealed by the vault"
    )
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    saved_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))


class DraftFile(Base):
    """A document that was chosen for an application which is not filed yet."""

    __tablename__ = "application_draft_file"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    draft_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("application_draft.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[AttachmentKind]
    file_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(comment="bytes of the plain file")
    content: Mapped[bytes] = mapped_column(deferred=True, info=sealed(), comment="sealed by the vault")
    chosen_at: Mapped[datetime]
