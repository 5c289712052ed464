"""Tables of passkeys and of the challenges that they answer."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base

LONGEST_NAME = 100  # characters
LONGEST_CREDENTIAL_ID = 1023  # bytes (WebAuthn Level 3, 5.1.1)
CHALLENGE = 32  # bytes; WebAuthn Level 3, 13.4.3 asks for 16 at least


class Purpose(StrEnum):
    """What a challenge was handed out for; it serves nothing else."""

    REGISTER = "register"
    SIGN_IN = "sign-in"
    STEP_UP = "step-up"


class Passkey(Base):
    """A passkey of an account. It is never deleted, so that what it signed can still be checked."""

    __tablename__ = "passkey"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(LONGEST_CREDENTIAL_ID), unique=True)
    public_key: Mapped[bytes] = mapped_column(comment="COSE key (RFC 9052)")
    sign_count: Mapped[int] = mapped_column(sa.BigInteger, comment="0 if the authenticator keeps none")
    name: Mapped[str] = mapped_column(sa.String(LONGEST_NAME), comment="as its owner calls it")
    added_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Challenge(Base):
    """Random bytes that a page was given for a passkey to sign; the row goes when they are used."""

    __tablename__ = "passkey_challenge"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    purpose: Mapped[Purpose]
    challenge: Mapped[bytes] = mapped_column(sa.LargeBinary(CHALLENGE), unique=True)
    expires_at: Mapped[datetime]
