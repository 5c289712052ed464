"""What the database tells of the hub's health: counts and instants, nothing about anybody."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.delivery import queries as deliveries
from feeds.delivery.models import Beat
from hub.core import outbox
from hub.core.audit import Entry
from hub.core.outbox import Job
from keys.models import ContactCertificate
from keys.states import State as CertificateState
from nda.agreements.models import Agreement
from nda.agreements.states import State as AgreementState
from sectors.bodies.models import Body, Contact
from sectors.bodies.states import RECEIVING

SOON = timedelta(days=30)  # an agreement or a certificate that ends within is told
MISSED = 2  # heartbeats that may be late before it is told
BACKUP = "backup.made"  # the act in the audit log


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The hub at one instant."""

    due: int
    oldest_due: timedelta
    failing: int  # tried in vain and to be tried again
    dead: int
    held: int
    receiving: int
    agreements_ending: int
    certificates_ending: int
    heartbeat_at: datetime | None
    heartbeats_overdue: int
    backup_at: datetime | None
    behind: timedelta  # how far the clock stands before what was recorded already


def figures(session: orm.Session, *, heartbeat_every: timedelta, now: datetime) -> Figures:
    """Count everything; a dozen statements, each on an index or a small table."""
    due, oldest = session.execute(_due(now)).one()
    last = session.scalar(sa.select(Entry.at).order_by(Entry.number.desc()).limit(1))
    return Figures(
        due=due,
        oldest_due=_since(oldest, now),
        failing=_count(session, _failing()),
        dead=outbox.count_dead(session),
        held=deliveries.held(session),
        receiving=_count(session, sa.select(Body.id).where(Body.state.in_(RECEIVING))),
        agreements_ending=_count(session, _agreements(now + SOON)),
        certificates_ending=_count(session, _certificates(now + SOON)),
        heartbeat_at=session.scalar(sa.select(sa.func.max(Beat.issued_at))),
        heartbeats_overdue=_count(session, _beats(now - MISSED * heartbeat_every)),
        backup_at=session.scalar(sa.select(sa.func.max(Entry.at)).where(Entry.action == BACKUP)),
        behind=max(timedelta(), last - now) if last else timedelta(),
    )


def _count(session: orm.Session, wanted: sa.Select[uuid.UUID]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0


def _since(instant: datetime | None, now: datetime) -> timedelta:
    return timedelta() if instant is None else max(timedelta(), now - instant)


def _failing() -> sa.Select[uuid.UUID]:
    return sa.select(Job.id).where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.problem.is_not(None))


def _due(now: datetime) -> sa.Select[int, datetime]:
    open_ = (Job.done_at.is_(None), Job.dead_at.is_(None))
    return sa.select(sa.func.count(Job.id), sa.func.min(Job.due_at)).where(*open_, Job.due_at <= now)


def _agreements(until: datetime) -> sa.Select[uuid.UUID]:
    """Receiving bodies whose last agreement ends before an instant, or that have none."""
    last = sa.select(sa.func.max(Agreement.ends_at)).where(
        Agreement.organisation_id == Body.organisation_id, Agreement.state == AgreementState.CONCLUDED
    )
    end = last.scalar_subquery()
    return sa.select(Body.id).where(Body.state.in_(RECEIVING), sa.or_(end.is_(None), end <= until))


def _certificates(until: datetime) -> sa.Select[uuid.UUID]:
    """Contacts of receiving bodies whose last active certificate ends before an instant."""
    certificate = ContactCertificate
    held = sa.select(certificate.owner_id).where(certificate.state == CertificateState.ACTIVE)
    lasting = held.where(sa.or_(certificate.not_after.is_(None), certificate.not_after > until))
    return (
        sa.select(Contact.id)
        .join(Body, Body.id == Contact.body_id)
        .where(Contact.left_at.is_(None), Body.state.in_(RECEIVING))
        .where(Contact.id.in_(held), Contact.id.not_in(lasting))
    )


def _beats(before: datetime) -> sa.Select[uuid.UUID]:
    return (
        sa.select(Beat.body_id)
        .join(Body, Body.id == Beat.body_id)
        .where(Body.state.in_(RECEIVING), Beat.issued_at < before)
    )
