"""The register of contacts' certificates."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from keys.states import State


class ContactCertificate(Base):
    """A certificate that passed the gate, and how far its holder has proved that it is his."""

    __tablename__ = "contact_certificate"
    __table_args__ = (
        sa.UniqueConstraint("owner_id", "fingerprint"),
        sa.CheckConstraint("confirmed_by <> uploaded_by", name="second_person"),
        sa.CheckConstraint("length(fingerprint) = 40", name="whole_fingerprint"),
        sa.CheckConstraint(
            "(challenge_digest IS NULL) = (challenge_expires_at IS NULL)", name="challenge_whole"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(
        index=True, comment="the contact (sectors.bodies); no foreign key, as keys is the lower layer"
    )
    email: Mapped[str] = mapped_column(sa.String(254), comment="the address that the gate found in a user id")
    state: Mapped[State] = mapped_column(default=State.UPLOADED)
    fingerprint: Mapped[str] = mapped_column(sa.String(40), comment="of the primary key, upper-case hex")
    blob: Mapped[bytes] = mapped_column(comment="the minimised certificate, binary")
    not_after: Mapped[datetime | None] = mapped_column(comment="first instant at which it is unusable")
    algorithm: Mapped[str] = mapped_column(sa.String(100))
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[uuid.UUID | None]
    challenge_digest: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32), comment="HMAC; single use")
    challenge_expires_at: Mapped[datetime | None]
    wrong_answers: Mapped[int] = mapped_column(default=0)
    possessed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[uuid.UUID | None]
    confirmation: Mapped[str | None] = mapped_column(
        sa.Text, comment="passkey assertion of who confirmed it, as JSON; the worker checks it"
    )
    activated_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(sa.String(32), comment="a gate's reason, or the move")
