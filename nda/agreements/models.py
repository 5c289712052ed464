"""The table of agreements."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.accounts.models import Organisation
from hub.core.db import Base
from hub.core.sealed import sealed
from hub.core.stamps import Stamped
from nda.agreements.states import State


class Agreement(Stamped, Base):
    """One agreement with one applicant; in force from `starts_at` to before `ends_at` while concluded."""

    __tablename__ = "agreement"
    __stamped__ = ("id", "organisation_id", "state", "starts_at", "ends_at")
    __table_args__ = (sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    application_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("application.id"), unique=True)
    opening_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("opening.id"), unique=True, comment="what it followed from, without an application"
    )
    renews_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("agreement.id"), unique=True, comment="the agreement after which it begins"
    )
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    state: Mapped[State] = mapped_column(default=State.SAMPLE_SENT)
    text_version: Mapped[str] = mapped_column(sa.String(20), comment="which of nda/texts the sample was")
    sample_sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    since: Mapped[datetime | None] = mapped_column(comment="when it came into its state")
    remarks: Mapped[str] = mapped_column(sa.Text, default="", comment="of the applicant, with the answer")
    reply: Mapped[str] = mapped_column(sa.Text, default="", comment="of IPA, to the applicant's remarks")
    staff_remarks: Mapped[str] = mapped_column(sa.Text, default="", comment="of JPCERT/CC, when sent back")
    passed_on_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    body_signer: Mapped[str | None] = mapped_column(sa.String(100))
    jpcert_signer: Mapped[str | None] = mapped_column(sa.String(100))
    ipa_signer: Mapped[str | None] = mapped_column(sa.String(100), comment="IPA may be a party")
    decided_on: Mapped[date | None] = mapped_column(comment="decision to provide (提供可否の決定)")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None] = mapped_column(comment="first instant at which it does not bind")
    terminated_at: Mapped[datetime | None]
    termination_reason: Mapped[str] = mapped_column(sa.Text, default="")
    document: Mapped[bytes | None] = mapped_column(
        deferred=True, info=sealed(), comment="the signed PDF, sealed by the vault"
    )
    document_sha256: Mapped[str | None] = mapped_column(sa.String(64))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class Amendment(Base):
    """A change of an agreement in force, signed by both sides; its term stays what it is."""

    __tablename__ = "agreement_amendment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    agreement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    agreed_on: Mapped[date]
    summary: Mapped[str] = mapped_column(sa.Text, comment="what it changes")
    document: Mapped[bytes] = mapped_column(
        deferred=True, info=sealed(), comment="the signed PDF, sealed by the vault"
    )
    document_sha256: Mapped[str] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
