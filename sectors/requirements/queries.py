"""Look-ups of attestations."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core import stamps
from sectors.requirements.models import Attestation, Requirement


def attested(session: orm.Session, body_id: uuid.UUID, *, on: date) -> frozenset[Requirement]:
    """Return the requirements that the body has attested for this day; a row not of the hub counts not."""
    found = session.scalars(
        sa.select(Attestation).where(
            Attestation.body_id == body_id, Attestation.valid_from <= on, Attestation.valid_to > on
        )
    )
    return frozenset(each.requirement for each in found if stamps.genuine(session, each))


def all_attested(session: orm.Session, body_id: uuid.UUID, *, on: date) -> bool:
    """Tell whether all three requirements are attested for this day."""
    return attested(session, body_id, on=on) == frozenset(Requirement)
