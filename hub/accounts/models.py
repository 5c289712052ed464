"""Tables of people who sign in."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.accounts.states import State
from hub.core.db import Base
from hub.core.sealed import sealed


class Role(StrEnum):
    """What a person may do; one role an account."""

    APPLICANT = "applicant"
    CONTACT = "contact"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class OrganisationKind(StrEnum):
    """IPA receives, JPCERT/CC coordinates, a body applies and then receives notices."""

    IPA = "ipa"
    JPCERT = "jpcert"
    BODY = "body"


HOUSES = {
    Role.REVIEWER: OrganisationKind.IPA,
    Role.COORDINATOR: OrganisationKind.JPCERT,
    Role.AUDITOR: OrganisationKind.JPCERT,
    Role.ADMINISTRATOR: OrganisationKind.JPCERT,
}  # where staff belongs


class Organisation(Base):
    """Whom a person belongs to."""

    __tablename__ = "organisation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[OrganisationKind]
    name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]


class Account(Base):
    """A person; the password and the second factor are set by the person alone, through an invitation."""

    __tablename__ = "account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True, comment="lower case")
    name: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[Role]
    state: Mapped[State] = mapped_column(default=State.INVITED)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    totp_secret: Mapped[bytes | None] = mapped_column(info=sealed(), comment="sealed by the vault")
    totp_step: Mapped[int | None] = mapped_column(comment="last 30-second step used: a code works once")
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class Invitation(Base):
    """A link, mailed once, that lets an account set its password and second factor."""

    __tablename__ = "invitation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """A server-side session: what the cookie names; ending the row ends every copy of the cookie."""

    __tablename__ = "sign_in"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    address: Mapped[str | None] = mapped_column(sa.String(64))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    verified_at: Mapped[datetime] = mapped_column(comment="when a second factor was last proved")
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class Failure(Base):
    """A refused sign-in, counted against the address typed and the network address."""

    __tablename__ = "sign_in_failure"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(sa.String(254))
    address: Mapped[str | None] = mapped_column(sa.String(64))
    at: Mapped[datetime]

    __table_args__ = (
        sa.Index("ix_sign_in_failure_email_at", "email", "at"),
        sa.Index("ix_sign_in_failure_address_at", "address", "at"),
    )
