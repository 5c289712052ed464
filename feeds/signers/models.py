"""Tables of changes to the worker's file of pinned passkeys, and of who has signed them.

They are for people to see and for the worker to check; what counts is the file alone.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feeds.signers.entry import Change, Entry
from feeds.signers.states import State
from hub.accounts.models import Role
from hub.accounts.passkeys.models import LONGEST_CREDENTIAL_ID
from hub.core.db import Base


class SignerVouch(Base):
    """A person's signature, by passkey, under a change."""

    __tablename__ = "signer_vouch"
    __table_args__ = (sa.UniqueConstraint("change_id", "account_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    change_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("signer_change.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    assertion: Mapped[str] = mapped_column(sa.Text, comment="WebAuthn's AuthenticationResponseJSON")
    signed_at: Mapped[datetime]


class SignerChange(Base):
    """A passkey to be added to the file or removed from it."""

    __tablename__ = "signer_change"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    change: Mapped[Change]
    state: Mapped[State] = mapped_column(default=State.PROPOSED)
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[Role]
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(LONGEST_CREDENTIAL_ID))
    public_key: Mapped[bytes] = mapped_column(comment="COSE key (RFC 9052)")
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[uuid.UUID | None] = mapped_column(comment="none: at the console")
    counts_from: Mapped[datetime | None] = mapped_column(comment="as the worker decided")

    vouches: Mapped[list[SignerVouch]] = relationship(lazy="selectin", order_by=SignerVouch.signed_at)

    @property
    def entry(self) -> Entry:
        """Return the passkey with its person."""
        return Entry(
            email=self.email,
            name=self.name,
            role=self.role,
            credential_id=self.credential_id,
            public_key=self.public_key,
        )
