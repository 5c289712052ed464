"""Look-ups of packages: a body's own, who may be given one, and how many members were reached."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Release
from feeds.dissemination.models import MemberCertificate, MemberPackage
from feeds.dissemination.passing import Why, barred
from hub.core import stamps
from hub.core.errors import NotFoundError
from sectors.bodies import queries as bodies
from sectors.bodies.models import MemberOperator


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A body's members for one release: who has a package, who may have one, who may not and why."""

    packages: tuple[MemberPackage, ...]
    eligible: tuple[MemberOperator, ...]
    others: tuple[tuple[MemberOperator, Why], ...]
    certified: frozenset[uuid.UUID]


def roster(session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID, *, now: datetime) -> Roster:
    """Return the members of a body as they stand to a release."""
    made = packages(session, release_id, body_id)
    had = {each.member_id for each in made}
    rest = [each for each in bodies.operators(session, body_id) if each.id not in had]
    why = {each.id: barred(each, now=now) for each in rest}
    return Roster(
        packages=tuple(made),
        eligible=tuple(each for each in rest if why[each.id] is None),
        others=tuple((each, said) for each in rest if (said := why[each.id]) is not None),
        certified=_certified(session, body_id),
    )


def packages(session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID) -> Sequence[MemberPackage]:
    """Return a body's packages of a release in the order of their numbers."""
    found = session.scalars(
        sa.select(MemberPackage)
        .where(MemberPackage.release_id == release_id, MemberPackage.body_id == body_id)
        .options(orm.defer(MemberPackage.document), orm.defer(MemberPackage.mail))
        .order_by(MemberPackage.copy_number)
    )
    return [each for each in found if stamps.genuine(session, each)]


def package(
    session: orm.Session, package_id: uuid.UUID, *, body_id: uuid.UUID, lock: bool = False
) -> MemberPackage:
    """Return a package of a body.

    Raises:
        NotFoundError: there is no such package of the body's.

    """
    of = {"of": MemberPackage} if lock else None
    found = session.get(MemberPackage, package_id, with_for_update=of)
    if found is None or found.body_id != body_id or not stamps.genuine(session, found):
        raise NotFoundError("no such package")
    return found


def certificate(session: orm.Session, member_id: uuid.UUID) -> MemberCertificate | None:
    """Return the certificate that was brought for a member."""
    return session.get(MemberCertificate, member_id)


def reached(session: orm.Session, body_id: uuid.UUID, advisory_id: uuid.UUID) -> int:
    """Count the members of a body that confirmed to have received a notice, in whichever revision."""
    confirmed = (
        sa.select(sa.func.count(sa.distinct(MemberPackage.member_id)))
        .join(Release, Release.id == MemberPackage.release_id)
        .where(
            MemberPackage.body_id == body_id,
            Release.advisory_id == advisory_id,
            MemberPackage.reached_at.is_not(None),
        )
    )
    return session.scalar(confirmed) or 0


def _certified(session: orm.Session, body_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the members of a body for whom a certificate was brought."""
    return frozenset(
        session.scalars(
            sa.select(MemberCertificate.member_id)
            .join(MemberOperator, MemberOperator.id == MemberCertificate.member_id)
            .where(MemberOperator.body_id == body_id)
        )
    )
