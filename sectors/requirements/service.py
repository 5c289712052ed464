"""Attesting the three requirements."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import orm

from sectors.requirements.measures import Measure
from sectors.requirements.models import Attestation

VALID_FOR = timedelta(days=365)


def attest(session: orm.Session, body_id: uuid.UUID, measures: Iterable[Measure], *, on: date) -> None:
    """Keep a body's statements, which hold for a year from this day."""
    session.add_all(
        Attestation(
            body_id=body_id,
            requirement=measure.requirement,
            how=measure.how,
            by_whom=measure.by_whom,
            evidence=measure.evidence,
            valid_from=on,
            valid_to=on + VALID_FOR,
        )
        for measure in measures
    )
