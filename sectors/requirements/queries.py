"""Look-ups of attestations."""

import uuid
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core import stamps
from sectors.requirements.models import Attestation, Requirement


def attested_of(
    session: orm.Session, body_ids: Collection[uuid.UUID], *, on: date
) -> dict[uuid.UUID, frozenset[Requirement]]:
    """Return what each of these bodies has attested for this day; a row not of the hub counts not."""
    found = session.scalars(
        sa.select(Attestation).where(
            Attestation.body_id.in_(body_ids), Attestation.valid_from <= on, Attestation.valid_to > on
        )
    )
    told: dict[uuid.UUID, set[Requirement]] = {body_id: set() for body_id in body_ids}
    for each in found:
        if stamps.genuine(session, each):
            told[each.body_id].add(each.requirement)
    return {body_id: frozenset(requirements) for body_id, requirements in told.items()}


def attested(session: orm.Session, body_id: uuid.UUID, *, on: date) -> frozenset[Requirement]:
    """Return the requirements that the body has attested for this day."""
    return attested_of(session, [body_id], on=on)[body_id]


def all_attested(session: orm.Session, body_id: uuid.UUID, *, on: date) -> bool:
    """Tell whether all three requirements are attested for this day."""
    return attested(session, body_id, on=on) == frozenset(Requirement)


def latest(session: orm.Session, body_id: uuid.UUID) -> dict[Requirement, Attestation]:
    """Return the body's last attestation of each requirement, as far as the hub wrote the rows."""
    found = session.scalars(
        sa.select(Attestation).where(Attestation.body_id == body_id).order_by(Attestation.valid_to)
    )
    return {each.requirement: each for each in found if stamps.genuine(session, each)}


def first_ends(session: orm.Session, *, before: date) -> dict[uuid.UUID, date]:
    """Return the bodies of which an attested requirement lapses before a day, with the first such day.

    It asks what is written, not whether the hub wrote it: for reminding, never for the right to receive.
    """
    last = (
        sa.select(Attestation.body_id, sa.func.max(Attestation.valid_to).label("valid_to"))
        .group_by(Attestation.body_id, Attestation.requirement)
        .subquery()
    )
    rows = session.execute(
        sa.select(last.c.body_id, sa.func.min(last.c.valid_to).label("first"))
        .group_by(last.c.body_id)
        .having(sa.func.min(last.c.valid_to) < before)
    )
    return {row.body_id: row.first for row in rows}
