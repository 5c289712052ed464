"""What keeps a delivery from leaving: it is held with its reason and tried again, never dropped."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories import queries as advisories
from feeds.advisories.models import Release, ReleaseBody
from feeds.delivery import alarms
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.states import ARRIVED, MOVES, WAITING, Move, State
from feeds.delivery.telling import Told
from feeds.delivery.trusted import certificate_for
from feeds.delivery.vouched import NotVouchedError, Vouched, vouched
from hub.core import audit, outbox, stamps
from hub.core.audit import THE_HUB
from hub.core.instance import Instance
from hub.core.machine import step
from keys.models import ContactCertificate
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, Contact
from sectors.bodies.states import State as BodyState

D = TypeVar("D", Copy, Mailing)

AGAIN = timedelta(minutes=10)
BODY_LEFT = "The body has left"
UNSEALABLE = "The certificate cannot be sealed to"
JOBS: dict[type[Copy] | type[Mailing], str] = {Copy: "copy.seal", Mailing: "mail.seal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """All that holds now, so that a delivery may go: to whom, sealed to which certificate."""

    release: Vouched
    body: Body
    contact: Contact
    certificate: ContactCertificate

    @property
    def told(self) -> Told:
        """Return what the body is told, as two coordinators have signed it."""
        texts = self.release.statement.texts_for(self.body.id)
        return Told(notice=self.release.notice, sectors=texts)

    @property
    def notes(self) -> tuple[bytes, ...]:
        """Return the texts of its sectors as STIX, each in bytes of its own."""
        return tuple(self.release.made.notes[sector.code] for sector, _ in self.told.sectors)


def leave_for_copy(session: orm.Session, copy: Copy, *, hub: Instance, now: datetime) -> Leave | str:
    """Return the leave of a copy, or the sentence that says why it is held."""
    release = advisories.release(session, copy.release_id)
    body = bodies.body(session, copy.body_id)
    contact = bodies.receiving_contact(session, body)
    return _leave(session, release, body, contact, hub=hub, now=now)


def leave_for_mail(session: orm.Session, mailing: Mailing, *, hub: Instance, now: datetime) -> Leave | str:
    """Return the leave of a mail, or the sentence that says why it is held."""
    release = advisories.release(session, mailing.release_id)
    body = bodies.body(session, mailing.body_id)
    contact = bodies.present_contact(session, mailing.contact_id)
    return _leave(session, release, body, contact, hub=hub, now=now)


def _leave(
    session: orm.Session,
    release: Release,
    body: Body,
    contact: Contact | None,
    *,
    hub: Instance,
    now: datetime,
) -> Leave | str:
    try:
        believed = vouched(session, release, hub=hub, now=now)
    except NotVouchedError as refused:
        alarms.raise_alarm(session, "release.not-vouched", release.id, path="/delivery", now=now)
        return str(refused)
    addressed = believed.statement.addressed(body.id)
    if addressed is None:
        return "The release is not addressed to this body"
    failed = [check for check in audience.checks_for(session, release, body, now=now) if not check.ok]
    if failed:
        return "; ".join(check.reason for check in failed)
    if contact is None or contact.body_id != body.id or not bodies.is_confirmed(session, contact):
        return "The contact is not confirmed"
    certificate = certificate_for(session, contact, body_name=addressed.name, hub=hub, now=now)
    if isinstance(certificate, str):
        return certificate
    return Leave(release=believed, body=body, contact=contact, certificate=certificate)


def is_overtaken(session: orm.Session, delivery: Copy | Mailing) -> bool:
    """Tell whether a newer revision to the same body takes its place: it is held, or that one arrived."""
    release = advisories.release(session, delivery.release_id)
    newer = [
        each.id
        for each in advisories.releases(session, release.advisory_id)
        if each.revision > release.revision and _is_addressed(session, each, delivery.body_id)
    ]
    return bool(newer) and (delivery.state is State.HELD or _one_arrived(session, delivery, newer))


def _is_addressed(session: orm.Session, release: Release, body_id: uuid.UUID) -> bool:
    row = session.get(ReleaseBody, (release.id, body_id))
    return row is not None and stamps.genuine(session, row)


def _one_arrived(session: orm.Session, delivery: Copy | Mailing, releases: list[uuid.UUID]) -> bool:
    kind = type(delivery)
    found = sa.select(kind.id).where(
        kind.release_id.in_(releases), kind.body_id == delivery.body_id, kind.state.in_(ARRIVED)
    )
    if isinstance(delivery, Mailing):
        found = found.where(Mailing.contact_id == delivery.contact_id)
    return session.scalar(found.limit(1)) is not None


def hold(session: orm.Session, delivery: Copy | Mailing, reason: str, *, now: datetime) -> None:
    """Hold a delivery, tell why, and promise another look."""
    if delivery.reason != reason:
        audit.record(session, "delivery.held", by=THE_HUB, subject=delivery.id, now=now)
        _tell_contacts(session, delivery, now=now)
    delivery.state = step(MOVES, delivery.state, Move.HOLD)
    delivery.reason = reason
    outbox.promise(session, JOBS[type(delivery)], now=now, due_at=now + AGAIN, delivery_id=delivery.id)


def hold_unsealable(hub: Instance, kind: type[D], delivery_id: uuid.UUID, *, now: datetime) -> None:
    """Hold a delivery whose certificate turned out, at sealing, to be none that can be sealed to."""
    with hub.db.transaction() as session:
        delivery = waiting(session, kind, delivery_id, now=now)
        if delivery is not None:
            hold(session, delivery, UNSEALABLE, now=now)


def _tell_contacts(session: orm.Session, delivery: Copy | Mailing, *, now: datetime) -> None:
    """Mail those concerned that something waits: no content, no reason.

    A body without standing, or that is not addressed, is told nothing: that there is a notice is not its
    business. Nor is a person who has not proved the mail address.
    """
    if not _may_know(session, delivery, now=now):
        return
    present = bodies.contacts(session, delivery.body_id)
    concerned = [each for each in present if bodies.is_confirmed(session, each)]
    if isinstance(delivery, Mailing):
        concerned = [each for each in concerned if each.id == delivery.contact_id]
    for contact in concerned:
        outbox.promise(
            session,
            "letter",
            now=now,
            key=f"delivery-held/{delivery.id}/{contact.id}",
            letter="delivery-held",
            to=contact.email,
            path="/certificates",
            occasion=delivery.id,
        )


def _may_know(session: orm.Session, delivery: Copy | Mailing, *, now: datetime) -> bool:
    body = bodies.body(session, delivery.body_id)
    addressed = body.id in advisories.release(session, delivery.release_id).body_ids
    return addressed and audience.standing(session, body, now=now).ok


def waiting(session: orm.Session, kind: type[D], delivery_id: uuid.UUID, *, now: datetime) -> D | None:
    """Return a delivery that still waits, locked; None if it arrived or ended, or ends here.

    It ends where a newer revision has overtaken it, or where its body has left for good.
    """
    found = locked(session, kind, delivery_id)
    if found is None:
        return None
    if _body_left(session, found):
        found.state, found.reason = step(MOVES, found.state, Move.END), BODY_LEFT
        audit.record(session, "delivery.ended", by=THE_HUB, subject=found.id, now=now)
        return None
    if not is_overtaken(session, found):
        return found
    found.state = step(MOVES, found.state, Move.SUPERSEDE)
    audit.record(session, "delivery.superseded", by=THE_HUB, subject=found.id, now=now)
    return None


def _body_left(session: orm.Session, delivery: Copy | Mailing) -> bool:
    body = bodies.body(session, delivery.body_id)
    return body.state is BodyState.LEFT and stamps.genuine(session, body)


def locked(session: orm.Session, kind: type[D], delivery_id: uuid.UUID) -> D | None:
    """Return a delivery that still waits, locked; None if it arrived or ended."""
    found = session.get(kind, delivery_id, with_for_update=True, populate_existing=True)
    return found if found is not None and found.state in WAITING else None
