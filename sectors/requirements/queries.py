"""Look-ups of attestations."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from sectors.requirements.models import Attestation, Requirement


def attested(session: orm.Session, body_id: uuid.UUID, *, on: date) -> frozenset[Requirement]:
    """Return the requirements that the body has attested for this day."""
    return frozenset(
        session.scalars(
            sa.select(Attestation.requirement).where(
                Attestation.body_id == body_id, Attestation.valid_from <= on, Attestation.valid_to > on
            )
        )
    )


def all_attested(session: orm.Session, body_id: uuid.UUID, *, on: date) -> bool:
    """Tell whether all three requirements are attested for this day."""
    return attested(session, body_id, on=on) == frozenset(Requirement)
