"""The three information-control requirements (情報管理体制 3 要件) and a body's attestation of each."""

import uuid
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base
from hub.core.stamps import Stamped


class Requirement(StrEnum):
    """(ア) inside each operator, (イ) at each contractor, (ウ) only to protect the infrastructure."""

    OPERATOR = "operator"
    CONTRACTOR = "contractor"
    PURPOSE = "purpose"

    @property
    def sign(self) -> str:
        """Return the guideline's own sign of it."""
        return {"operator": "(ア)", "contractor": "(イ)", "purpose": "(ウ)"}[self.value]


class Attestation(Stamped, Base):
    """A body's statement that it meets one requirement; it holds to `valid_to` and is then renewed."""

    __tablename__ = "attestation"
    __stamped__ = ("id", "body_id", "requirement", "valid_from", "valid_to")
    __table_args__ = (sa.Index("ix_attestation_body_id_requirement", "body_id", "requirement"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    body_id: Mapped[uuid.UUID] = mapped_column(comment="a body; no foreign key: bodies stand above")
    requirement: Mapped[Requirement]
    how: Mapped[str] = mapped_column(sa.Text, comment="how it is met")
    by_whom: Mapped[str] = mapped_column(sa.String(200))
    evidence: Mapped[str] = mapped_column(sa.Text, comment="which document shows it")
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(comment="first day on which it does not hold")
