"""Tables of applications, their attachments and their history."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.accounts.models import Account, Organisation
from hub.core.db import Base
from hub.core.sealed import sealed
from sectors.applications.items import Item
from sectors.applications.states import Move, State


class RefusalCondition(StrEnum):
    """The conditions of the scheme, one of which a refusal names; there is no other ground."""

    TOO_FEW_OPERATORS = "too-few-operators"
    NOT_CRITICAL = "not-critical"
    SECTOR_NOT_COVERED = "sector-not-covered"
    OPERATOR_CONTROL = "operator-control"
    CONTRACTOR_CONTROL = "contractor-control"
    PURPOSE_CONTROL = "purpose-control"
    NOT_COMPLETED = "not-completed"
    OTHER_BODY = "other-body"


class AttachmentKind(StrEnum):
    """The documents that go with an application."""

    ARTICLES = "articles"
    OUTLINE = "outline"
    CHART = "chart"
    MEMBER_LIST = "member_list"
    EVIDENCE = "evidence"


_OPEN = sa.text("state IN ('submitted', 'in-review', 'returned')")


class Application(Base):
    """One application; an organisation has at most one that is open."""

    __tablename__ = "application"
    __table_args__ = (
        sa.Index(
            "uq_application_open_organisation_id",
            "organisation_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal_condition IS NOT NULL)", name="refused_for_a_condition"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    applicant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    receipt_number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    document: Mapped[bytes] = mapped_column(
        info=sealed(revision="revision"), comment="the submission, sealed by the vault"
    )
    revision: Mapped[int] = mapped_column(default=1, comment="how often the document was filed")
    version: Mapped[int] = mapped_column(
        default=1, comment="grows with each act; a page names the one it saw"
    )
    submitted_at: Mapped[datetime]
    reviewer_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    taken_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    remarks: Mapped[str] = mapped_column(sa.Text, default="", comment="of the last return")
    refusal_condition: Mapped[RefusalCondition | None]
    other_body_review: Mapped[str] = mapped_column(
        sa.Text, default="", comment="the further review of a body that is no ISAC"
    )

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    applicant: Mapped[Account] = relationship(foreign_keys=[applicant_id], lazy="joined", innerjoin=True)
    reviewer: Mapped[Account | None] = relationship(foreign_keys=[reviewer_id], lazy="joined")


class Attachment(Base):
    """One document of an application; a newer one of its kind replaces it and both are kept."""

    __tablename__ = "application_attachment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), index=True)
    kind: Mapped[AttachmentKind]
    file_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(comment="bytes of the plain file")
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(deferred=True, info=sealed(), comment="sealed by the vault")
    filed_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class Event(Base):
    """One act on an application, as its history shows it."""

    __tablename__ = "application_event"
    __table_args__ = (sa.UniqueConstraint("application_id", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), index=True)
    version: Mapped[int]
    at: Mapped[datetime]
    move: Mapped[Move]
    state: Mapped[State] = mapped_column(comment="the state that it led to")
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    remarks: Mapped[str] = mapped_column(sa.Text, default="")

    account: Mapped[Account | None] = relationship(lazy="joined")


class EarlierFiling(Base):
    """What was filed before a correction: a snapshot that nobody edits, for the reviewer to compare with."""

    __tablename__ = "application_earlier_filing"
    __table_args__ = (sa.UniqueConstraint("application_id", "revision"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"))
    revision: Mapped[int]
    document: Mapped[bytes] = mapped_column(info=sealed(), comment="the submission, sealed by the vault")
    submitted_at: Mapped[datetime]


class Tick(Base):
    """A reviewer's own verdict on one item of one filing, beside the automatic check."""

    __tablename__ = "application_tick"
    __table_args__ = (
        sa.CheckConstraint("in_order OR remark <> ''", name="what_is_not_in_order_has_a_remark"),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, comment="the filing that was looked at")
    item: Mapped[Item] = mapped_column(primary_key=True)
    in_order: Mapped[bool]
    remark: Mapped[str] = mapped_column(sa.Text, comment="what the applicant is to correct, or a note")
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]

    account: Mapped[Account | None] = relationship(lazy="joined")
