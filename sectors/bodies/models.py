"""Tables of sector bodies, their contacts and their member operators."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.accounts.models import Account
from hub.core.db import Base
from hub.core.stamps import Stamped
from sectors.bodies.states import Move, State


class ContactKind(StrEnum):
    """Which window of the body a contact is."""

    MAIN = "main"
    DEPUTY = "deputy"
    OUT_OF_HOURS = "out-of-hours"


class BodySector(Stamped, Base):
    """A sector that a body serves."""

    __tablename__ = "body_sector"
    __stamped__ = ("body_id", "sector_code")

    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), primary_key=True)
    sector_code: Mapped[str] = mapped_column(sa.ForeignKey("sector.code"), primary_key=True)


class Body(Stamped, Base):
    """A sector body (an applicant before its agreement was concluded)."""

    __tablename__ = "body"
    __stamped__ = ("id", "organisation_id", "state", "receiving_contact_id")

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), unique=True)
    name_ja: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    corporate_number: Mapped[str] = mapped_column(sa.String(13))
    address: Mapped[str] = mapped_column(sa.String(300))
    representative: Mapped[str] = mapped_column(sa.String(100))
    is_operator: Mapped[bool] = mapped_column(comment="is itself a critical-infrastructure operator")
    state: Mapped[State] = mapped_column(default=State.PREPARATION)
    created_at: Mapped[datetime]
    roster_edition: Mapped[str] = mapped_column(
        sa.String(200),
        default="",
        server_default="",
        comment="the action plan's edition of the roster",
    )
    receiving_contact_id: Mapped[uuid.UUID | None] = mapped_column(
        comment="whose certificate its tools decrypt with; the main contact's unless chosen"
    )
    checked_at: Mapped[datetime | None] = mapped_column(
        comment="the body last said that all of this is still right"
    )

    sectors: Mapped[list[BodySector]] = relationship(lazy="selectin")

    @property
    def sector_codes(self) -> frozenset[str]:
        """Return the codes of the sectors that it serves."""
        return frozenset(each.sector_code for each in self.sectors)


class Contact(Stamped, Base):
    """A point of contact (連絡窓口); confirmed once its person has proved the mail address."""

    __tablename__ = "contact"
    __stamped__ = ("id", "body_id", "account_id", "kind", "email", "telephone", "left_at")
    __table_args__ = (sa.UniqueConstraint("body_id", "email"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), unique=True)
    kind: Mapped[ContactKind]
    name: Mapped[str] = mapped_column(sa.String(100))
    department: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str] = mapped_column(sa.String(254), comment="lower case")
    telephone: Mapped[str] = mapped_column(sa.String(30))
    encrypted_attachment: Mapped[bool] = mapped_column(
        default=False, comment="for a mail program that cannot open PGP/MIME"
    )
    added_at: Mapped[datetime | None] = mapped_column(comment="when it was named; None: with the body itself")
    left_at: Mapped[datetime | None]
    mail_bounced_at: Mapped[datetime | None] = mapped_column(comment="mail to this address came back last")
    mail_bounce_code: Mapped[str | None] = mapped_column(sa.String(11), comment="status code of that")

    account: Mapped[Account | None] = relationship(lazy="joined")


class MemberOperator(Base):
    """An operator that belongs to a body; only one with a memorandum may be passed a notice."""

    __tablename__ = "member_operator"
    __table_args__ = (sa.UniqueConstraint("body_id", "corporate_number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    corporate_number: Mapped[str] = mapped_column(sa.String(13))
    sector_code: Mapped[str] = mapped_column(sa.ForeignKey("sector.code"))
    critical: Mapped[bool] = mapped_column(comment="is a critical-infrastructure operator")
    memorandum_on: Mapped[date | None]
    left_on: Mapped[date | None] = mapped_column(comment="from this day it belongs to the body no more")


class BodyMove(Base):
    """One move of a body through its operation, with its reason."""

    __tablename__ = "body_move"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    at: Mapped[datetime]
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    move: Mapped[Move]
    state: Mapped[State] = mapped_column(comment="the state that it led to")
    reason: Mapped[str] = mapped_column(sa.Text)
